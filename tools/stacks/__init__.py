"""What a repository is made of, read from its own files with evidence."""
