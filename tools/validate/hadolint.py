"""hadolint: Dockerfiles, and the shell in their RUN lines."""

import re
from collections.abc import Sequence
from typing import Any

from tools.delivery import Finding, Validation
from tools.validate.bench import Bench
from tools.validate.checker import MANY, Source
from tools.validate.suppressions import hidden
from tools.validate.tool import Verdict, ask

NAME = "hadolint"
PROGRAMS: tuple[str, ...] = ("hadolint",)
TAKES = MANY
_NAMES = re.compile(r"(?i)(^|/)((docker|container)file(\.[\w-]+)*|[\w.-]+\.(docker|container)file)$")
_OTHER_ENDINGS = (
    ".dockerignore",
    ".containerignore",
    ".md",
    ".txt",
    ".sh",
    ".py",
    ".go",
    ".js",
    ".ts",
    ".yml",
    ".yaml",
)
_TEMPLATES = (".j2", ".jinja", ".jinja2", ".tpl", ".tmpl", ".template", ".erb", ".in", ".hbs", ".mustache")


def is_dockerfile(source: Source) -> bool:
    """Dockerfile, Containerfile, Dockerfile.web, web.Dockerfile; not their templates and ignore files."""
    name = source.path.lower()
    return bool(_NAMES.search(source.path)) and not name.endswith((*_OTHER_ENDINGS, *_TEMPLATES))


def applies(source: Source) -> bool:
    """Dockerfiles."""
    return is_dockerfile(source)


async def check(sources: Sequence[Source], bench: Bench) -> list[Validation]:
    """The levels are hadolint's own. What `# hadolint ignore=` hides is `suppressed`."""
    config = bench.home / "hadolint.yaml"
    config.write_text("ignored: []\n")  # hadolint refuses an empty file, and without one looks for the user's
    arguments = ["--config", str(config), "--format", "json", "--no-color", "./{path}"]
    verdict = await ask(NAME, ["--disable-ignore-pragma", *arguments], sources, bench)
    everything = _findings(verdict)
    said = {each.path: verdict.judged(each, everything[each.path]) for each in sources}
    silencing = [each for each in sources if everything[each.path] and b"hadolint" in each.content]
    if silencing:
        verdict = await ask(NAME, arguments, silencing, bench)
        shown = _findings(verdict)
        for each in silencing:
            silent = hidden(shown[each.path], everything[each.path])
            said[each.path] = verdict.judged(each, shown[each.path], suppressed=silent)
    return list(said.values())


def _findings(verdict: Verdict) -> dict[str, list[Finding]]:
    told = verdict.by_file(verdict.json(), lambda each: str(each["file"]))
    return {path: [_finding(each) for each in some] for path, some in told.items()}


def _finding(told: dict[str, Any]) -> Finding:
    return Finding(
        rule=told["code"],
        line=told["line"],
        column=told["column"],
        severity=told["level"],
        message=told["message"],
    )
