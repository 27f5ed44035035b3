"""Bash behind a guard: parse, classify, confine, run."""
