"""hadolint: Dockerfiles, and the shell in their RUN lines."""

import re

from tools.delivery import Finding, Validation
from tools.validate.bench import Bench
from tools.validate.checker import Source
from tools.validate.suppressions import hidden
from tools.validate.tool import Verdict, ask

NAME = "hadolint"
PROGRAMS: tuple[str, ...] = ("hadolint",)
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


async def check(source: Source, bench: Bench) -> Validation:
    """The levels are hadolint's own. What `# hadolint ignore=` hides is `suppressed`."""
    config = bench.home / "hadolint.yaml"
    config.write_text("ignored: []\n")  # hadolint refuses an empty file, and without one looks for the user's
    arguments = ["--config", str(config), "--format", "json", "--no-color", "./{path}"]
    verdict = await ask(NAME, ["--disable-ignore-pragma", *arguments], source, bench)
    everything = _findings(verdict)
    if not everything or b"hadolint" not in source.content:
        return verdict.judged(everything)
    verdict = await ask(NAME, arguments, source, bench)
    shown = _findings(verdict)
    return verdict.judged(shown, suppressed=hidden(shown, everything))


def _findings(verdict: Verdict) -> list[Finding]:
    return [
        Finding(
            rule=told["code"],
            line=told["line"],
            column=told["column"],
            severity=told["level"],
            message=told["message"],
        )
        for told in verdict.json()
    ]
