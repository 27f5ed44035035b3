"""How a GitLab job brings an image into service: one module per target."""
