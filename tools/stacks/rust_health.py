"""The health path of a Rust service: a route that is told only when nothing puts a prefix before it."""

import re
from collections.abc import Sequence

from tools.stacks.listening import HEALTH, is_commented
from tools.stacks.tree import Hit, Tree

_ROUTE = re.compile(
    rf"\.route\(\s*\"(?P<path>{HEALTH})\"\s*,\s*(?:\w+::)*get\b|#\[get\(\"(?P<attribute>{HEALTH})\"[^\n]*\]",
    re.MULTILINE,
)
_HANDLER = re.compile(r"(?:\s*#\[[^\n]*\])*\s*(?:pub(?:\([^)]*\))?\s+)?(?:async\s+)?fn\s+(?P<name>\w+)")
_OWNER = re.compile(r"\blet\s+(?:mut\s+)?(?P<variable>\w+)[^=;]{0,80}=[^;]*$|\bfn\s+(?P<function>\w+)\s*\(")
_PREFIXES = re.compile(r"\bscope\(|\bnest\(")
_FAR = 4_000
"""Characters looked back for the call around a route: further away nothing is a chain of calls."""


def find_health(tree: Tree, code: Sequence[str]) -> tuple[str, str] | None:
    """The path and its evidence."""
    for hit in tree.search_all(code, _ROUTE, needle=b"get"):
        if is_commented(hit) and not hit.match[0].startswith("#["):
            continue
        path = _by_attribute(tree, code, hit) if hit.match["attribute"] else _by_call(tree, code, hit)
        if path is not None:
            return path, hit.evidence
    return None


def _by_attribute(tree: Tree, code: Sequence[str], hit: Hit) -> str | None:
    """Actix registers the function with `.service(…)`, Rocket with `.mount("/base", routes![…])`."""
    handler = _HANDLER.match(hit.match.string, hit.match.end())
    path = hit.match["attribute"]
    if handler is None:
        return None
    name = handler["name"]
    mount = rf"\bmount\(\s*\"(?P<base>[^\"]*)\"\s*,\s*(?:\w+::)*routes!\[[^\]]*\b{name}\b"
    mounted = next(tree.search_all(code, mount, needle=b"mount"), None)
    if mounted is not None:
        return mounted.match["base"].rstrip("/") + path
    for place in tree.search_all(code, rf"\.service\(\s*(?:\w+::)*{name}\s*\)", needle=b"service"):
        return None if _is_prefixed(tree, code, place.match.string, place.match.start()) else path
    return None


def _by_call(tree: Tree, code: Sequence[str], hit: Hit) -> str | None:
    return None if _is_prefixed(tree, code, hit.match.string, hit.match.start()) else hit.match["path"]


def _is_prefixed(tree: Tree, code: Sequence[str], text: str, position: int) -> bool:
    """Whether the call at `position` is inside a scope, or belongs to a router that is put into one elsewhere."""
    start = _opening(text, position)
    if _PREFIXES.search(text, max(0, start - 12), position) and text[start : start + 1] == "(":
        return True
    owners = list(_OWNER.finditer(text, max(0, position - _FAR), position))
    owner = next((each["variable"] or each["function"] for each in reversed(owners)), None)
    if owner is None:
        return False
    nested = rf"\bnest(?:_service)?\(\s*\"[^\"]*\"\s*,\s*(?:\w+::)*{owner}\b"
    if next(tree.search_all(code, nested, needle=b"nest"), None) is not None:
        return True
    configured = rf"\.configure\(\s*(?:\w+::)*{owner}\b"
    return any(
        _PREFIXES.search(place.match.string, _opening(place.match.string, place.match.start()), place.match.start())
        for place in tree.search_all(code, configured, needle=b"configure")
    )


def _opening(text: str, position: int) -> int:
    """Where the innermost bracket opens that is still open at `position`."""
    depth = 0
    for index in range(position - 1, max(-1, position - _FAR), -1):
        if text[index] in ")}":
            depth += 1
        elif text[index] in "({":
            if depth == 0:
                return index
            depth -= 1
    return max(0, position - _FAR)
