"""Private checkouts: each caller's own tree of a git repository, and the way back for what they change."""
