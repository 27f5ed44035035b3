"""MCP Apps: views that clients with the protocol's UI extension show beside a tool's answer."""
