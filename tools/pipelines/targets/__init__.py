"""How an image gets to run somewhere: one module per target."""
