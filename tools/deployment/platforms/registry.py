"""Every platform there is, one line each."""

from collections.abc import Callable

from tools.brief import Brief
from tools.delivery import Delivery
from tools.deployment.platforms.railway import railway
from tools.deployment.platforms.render import render
from tools.deployment.platforms.vercel import vercel

PLATFORMS: dict[str, Callable[[Brief], Delivery]] = {
    "vercel": vercel,
    "railway": railway,
    "render": render,
}
