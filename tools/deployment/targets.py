"""What `generate_deployment` can be asked for, by name."""

from typing import Literal

Target = Literal["kubernetes", "swarm", "compose", "nginx", "traefik", "firewall", "vercel", "railway", "render"]
