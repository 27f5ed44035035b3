"""Finds where a program listens, whatever its language: the port in code and settings, the path that says healthy."""

import re
from collections.abc import Iterable, Sequence

from tools.stacks.tree import Hit, Tree, base

# `dbPort`, `REDIS_PORT`: somebody else's port.
_OTHERS = re.compile(
    r"db|database|postgres|(^|_)pg|sql|mongo|redis|cache|smtp|mail|imap|kafka|rabbit|amqp|nats|broker|queue|metric|debug|"
    r"pprof|admin|manage|proxy|elastic|ldap|ssh|test|client|remote|upstream|target|max|min|dest|src|peer|consul|jaeger|"
    r"zipkin|otel|otlp|trac|ftp|tls|https|ssl|probe|prometheus",
    re.IGNORECASE,
)
_COMMENT = ("#", "//", "*", "/*", "--", ";", "%")
_ENV_FILE = re.compile(r"^(\.?env[._-]?(example|sample|template|dist|defaults?)?|(example|sample)\.env)$")
_ENV_PORT = re.compile(
    r"^(?:export\s+)?(?P<name>(?:APP_|HTTP_|SERVER_|WEB_|API_|LISTEN_|SERVICE_)?PORT)\s*=\s*[\"']?:?(?P<port>\d{2,5})\b",
    re.MULTILINE,
)
HEALTH = r"/(?:[\w-]+/)*(?:health\w*|health[-_]check|livez|readyz|liveness|readiness|ready|alive|ping|_health\w*|up)"
"""A path that by its name answers probes; the part of a pattern that follows the route's opening quote."""


def find_port(tree: Tree, paths: Sequence[str], patterns: Iterable[re.Pattern[str]]) -> Hit | None:
    """The first place that names the port, the strongest pattern first.

    Patterns have a group `port`, and a group `name` where the setting has one: `dbPort` is not taken.
    """
    for pattern in patterns:
        for hit in tree.search_all(paths, pattern):
            name = hit.match.groupdict().get("name") or ""
            if 0 < int(hit.match["port"]) < 65536 and not _OTHERS.search(name) and not is_commented(hit):
                return hit
    return None


def env_file_port(tree: Tree, folder: str) -> Hit | None:
    """The port that a sample environment file in `folder` sets."""
    return find_port(tree, [path for path in tree.within(folder) if _ENV_FILE.match(base(path))], [_ENV_PORT])


def at_port(hit: Hit) -> tuple[int, str]:
    """The port and the very line it stands on, for a match that spans several."""
    text = hit.match.string
    start = hit.match.start() + len(hit.match[0]) - len(hit.match[0].lstrip())
    return int(hit.match["port"]), f"{hit.path}:{hit.line + text.count(chr(10), start, hit.match.start('port'))}"


def is_commented(hit: Hit) -> bool:
    """Whether the line of a match is a comment."""
    text = hit.match.string
    start = hit.match.start() + len(hit.match[0]) - len(hit.match[0].lstrip())
    return text[text.rfind("\n", 0, start) + 1 :].lstrip().startswith(_COMMENT)
