"""docker compose config: whether Compose itself reads a file, where the plugin is installed."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from resources.catalogue import _
from tools.delivery import Finding, Validation
from tools.validate.bench import Bench
from tools.validate.checker import ONE, Source
from tools.validate.compose_lint import is_compose
from tools.validate.tool import Verdict, ask, unfinished

NAME = "docker compose"
PROGRAMS: tuple[str, ...] = ("docker",)
TAKES = ONE
INSTALL = "https://docs.docker.com/compose/install/"
# An include or an extended service may lie elsewhere, even behind a URL that Compose would fetch.
_ELSEWHERE = re.compile(
    r"^[\"']?include[\"']?\s*:|^\s+[\"']?(extends|env_file)[\"']?\s*:|https?://[^\s]*\.git", re.MULTILINE
)
# Those that have no value of their own in the file.
_VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)(?!\w|:?[-+])")
_STEERS = ("COMPOSE_", "DOCKER_")  # an environment file with these would steer Compose itself
_LOG = re.compile(r"time=\S+ level=(?:warning|info|debug)")


def applies(source: Source) -> bool:
    """Compose files."""
    return is_compose(source)


async def check(sources: Sequence[Source], bench: Bench) -> list[Validation]:
    """What Compose refuses is an error. No engine is asked, nothing is fetched."""
    (source,) = sources
    if _ELSEWHERE.search(source.text):
        return [unfinished(NAME, source, _("It includes files that are not judged here."))]
    # No configuration of the user, but where plug-ins of Docker Desktop and of people without root lie.
    plugins = {"cliPluginsExtraDirs": [str(Path.home() / ".docker/cli-plugins")]}
    (bench.home / "config.json").write_text(json.dumps(plugins))
    # With its variables left as they are, Compose does not look at what refers to what: that takes a second run.
    verdict = await _config(source, bench, "--no-interpolate")
    if verdict.completed.returncode:
        return [verdict.judged(source, _findings(verdict))]
    names = {name for found in _VARIABLE.finditer(source.text) if not (name := found[1]).startswith(_STEERS)}
    (bench.home / "values").write_text("".join(f"{name}=1\n" for name in sorted(names)))
    verdict = await _config(source, bench)
    # A stand-in is no size and no duration: only what Compose says of the project as a whole counts then.
    told = [each for each in _findings(verdict) if not names or "invalid compose project" in each.message]
    if verdict.completed.returncode and not told:
        verdict = replace(verdict, completed=replace(verdict.completed, returncode=0))
    return [verdict.judged(source, told)]


async def _config(source: Source, bench: Bench, *flags: str) -> Verdict:
    values = ["--env-file", str(bench.home / "values")] if not flags else []
    return await ask(
        NAME,
        [
            "compose",
            "--file",
            "./{path}",
            *values,
            "--profile",
            "*",
            "config",
            "--quiet",
            *flags,
            "--no-path-resolution",
        ],
        [source],
        bench,
        program="docker",
        install=INSTALL,
        accepted=(0, 1, 15, 125),
        env={"DOCKER_CONFIG": str(bench.home), "DOCKER_HOST": "unix:///nonexistent"},
        version=("compose", "version", "--short"),
    )


def _findings(verdict: Verdict) -> list[Finding]:
    if not verdict.completed.returncode:
        return []
    told = verdict.completed.stderr.strip() or verdict.completed.stdout.strip()
    if "unknown command" in told or "unknown flag" in told or "is not a docker command" in told:
        raise verdict.refused(_("the plugin is absent. Install it: {install}.", install=INSTALL))
    lines = [line.strip() for line in told.splitlines() if line.strip() and not _LOG.match(line)]
    return [Finding(rule="compose", severity="error", message=line) for line in lines]
