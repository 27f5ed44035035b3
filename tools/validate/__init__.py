"""The field's own checkers, one module each, and the registry that says which file meets which."""
