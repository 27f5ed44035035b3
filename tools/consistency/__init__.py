"""Proves that the files of a delivery agree with each other."""
