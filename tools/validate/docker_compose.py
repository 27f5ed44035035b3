"""docker compose config: whether Compose itself reads a file, where the plugin is installed."""

import re

from resources.catalogue import _
from tools.delivery import Finding, Validation
from tools.validate.bench import Bench
from tools.validate.checker import Source
from tools.validate.compose_lint import is_compose
from tools.validate.tool import Verdict, ask, unfinished

NAME = "docker compose"
PROGRAMS: tuple[str, ...] = ("docker",)
INSTALL = "https://docs.docker.com/compose/install/"
# An include or an extended service may lie elsewhere, even behind a URL that Compose would fetch.
_ELSEWHERE = re.compile(
    r"^[\"']?include[\"']?\s*:|^\s+[\"']?(extends|env_file)[\"']?\s*:|https?://[^\s]*\.git", re.MULTILINE
)


def applies(source: Source) -> bool:
    """Compose files."""
    return is_compose(source)


async def check(source: Source, bench: Bench) -> Validation:
    """What Compose refuses is an error. Variables are left as they are; no engine is asked, nothing is fetched."""
    if _ELSEWHERE.search(source.text):
        return unfinished(NAME, source, _("It includes files that are not judged here."))
    verdict = await ask(
        NAME,
        ["compose", "--file", "./{path}", "config", "--quiet", "--no-interpolate", "--no-path-resolution"],
        source,
        bench,
        program="docker",
        install=INSTALL,
        accepted=(0, 1, 15, 125),
        env={"DOCKER_CONFIG": str(bench.home), "DOCKER_HOST": "unix:///nonexistent"},
        version=("compose", "version", "--short"),
    )
    return verdict.judged(_findings(verdict) if verdict.completed.returncode else [])


def _findings(verdict: Verdict) -> list[Finding]:
    told = verdict.completed.stderr.strip() or verdict.completed.stdout.strip()
    if "unknown command" in told or "unknown flag" in told or "is not a docker command" in told:
        raise verdict.refused(_("the plugin is absent. Install it: {install}.", install=INSTALL))
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    return [Finding(rule="compose", severity="error", message=line) for line in lines]
