"""The shared database's tables, in numbered steps that `astreinte migrate` runs."""
