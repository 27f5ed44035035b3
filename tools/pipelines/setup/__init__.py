"""How each language is installed on a runner, with its dependency cache: one module per language."""
