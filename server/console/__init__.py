"""The web console: what the agent does, what waits for a person, what was done."""
