"""Runbooks of this very service: its own commands, its own people, its own signs that it worked."""
