"""Every target there is, one line each."""

from collections.abc import Callable

from tools.brief import Brief, Proxy
from tools.brief import Target as Platform
from tools.delivery import Delivery
from tools.deployment.firewall import firewall
from tools.deployment.kubernetes import kubernetes
from tools.deployment.machine import on_compose, on_swarm
from tools.deployment.nginx import nginx
from tools.deployment.platforms.registry import PLATFORMS
from tools.deployment.targets import Target
from tools.deployment.traefik import traefik

GENERATORS: dict[Target, Callable[[Brief], Delivery]] = {
    "kubernetes": kubernetes,
    "swarm": on_swarm,
    "compose": on_compose,
    "nginx": nginx,
    "traefik": traefik,
    "firewall": firewall,
    "vercel": PLATFORMS["vercel"],
    "railway": PLATFORMS["railway"],
    "render": PLATFORMS["render"],
}
# What a brief asks for by its own words. What is not here is deployed by the pipeline, with its strategy.
OF_PLATFORM: dict[Platform, Target] = {
    "kubernetes": "kubernetes",
    "swarm": "swarm",
    "compose": "compose",
    "ec2": "compose",
    "vercel": "vercel",
    "railway": "railway",
    "render": "render",
}
OF_PROXY: dict[Proxy, Target] = {"nginx": "nginx", "traefik": "traefik"}
