"""Pictures of what is delivered and of what a plan would change: Mermaid text first, SVG where it can be drawn."""
