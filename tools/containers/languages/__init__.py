"""How each language becomes an image: one module per language."""
