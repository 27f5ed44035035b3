"""One module per command of `astreinte`."""
