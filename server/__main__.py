"""`python -m server` from a source checkout; installations use the `astreinte` command."""

from server.cli import app

app(prog_name="astreinte")
