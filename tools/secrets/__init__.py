"""Secrets of a repository: found before they travel, and made unnecessary."""
