"""What lies between a built image and a running, reachable, reversible service."""
