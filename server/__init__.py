"""The MCP surface: speaks the protocol and the command line, does no DevOps."""
