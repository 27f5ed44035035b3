"""vercel.json, railway.json and render.yaml against schemas of our own making: their vendors' ship with no checker."""

import re
from collections.abc import Sequence

from resources.catalogue import _
from resources.facts import FOLDER
from tools.delivery import Validation
from tools.validate import check_jsonschema
from tools.validate.bench import Bench
from tools.validate.checker import ONE, Source
from tools.validate.tool import ask

NAME = "platform schema"
PROGRAMS = check_jsonschema.PROGRAMS
TAKES = ONE
_PATHS = {
    "vercel": re.compile(r"(^|/)vercel\.json$"),
    "railway": re.compile(r"(^|/)railway\.json$"),
    "render": re.compile(r"(^|/)render(\.[\w-]+)?\.ya?ml$"),
}


def platform_of(source: Source) -> str | None:
    """The platform that reads `source`, by its name."""
    return next((name for name, pattern in _PATHS.items() if pattern.search(source.path)), None)


def applies(source: Source) -> bool:
    """The three platforms' own files."""
    return platform_of(source) is not None


async def check(sources: Sequence[Source], bench: Bench) -> list[Validation]:
    """Every violation is an error; the reason says whose reading of the reference was asked."""
    (source,) = sources
    platform = platform_of(source) or ""
    schema = "platform-schema.json"
    bench.write(schema, (FOLDER / "schemas" / f"{platform}.json").read_bytes())
    flags = ["--schemafile", schema, "--output-format", "json", "--color", "never", "--no-cache"]
    verdict = await ask(check_jsonschema.NAME, [*flags, "./{path}"], sources, bench)
    judged = verdict.judged(source, (await check_jsonschema.findings(verdict))[source.path])
    reason = _("Checked against our reading of {platform}'s reference (2026-11).", platform=platform.capitalize())
    return [judged.model_copy(update={"tool": NAME, "reason": reason})]
