"""shellcheck: bugs in shell scripts."""

from tools.delivery import Finding, Validation
from tools.validate.bench import Bench
from tools.validate.checker import Source
from tools.validate.scripts import dialect
from tools.validate.suppressions import hidden, without_shellcheck_directives
from tools.validate.tool import Verdict, ask

NAME = "shellcheck"
PROGRAMS: tuple[str, ...] = ("shellcheck",)
# SC1091 says that a sourced file was not followed, which is about us and not about the script.
FLAGS = ["--norc", "--format=json1", "--color=never", "--exclude=SC1091"]


def applies(source: Source) -> bool:
    """Shell scripts, by shebang or ending."""
    return dialect(source) is not None


async def check(source: Source, bench: Bench) -> Validation:
    """The levels are shellcheck's own. No rc file is read; what `disable` comments hide is `suppressed`."""
    arguments = [*FLAGS, "--", "{path}"]
    verdict = await ask(NAME, arguments, source, bench)
    shown = _findings(verdict)
    unarmed = without_shellcheck_directives(source.content)
    if unarmed is None:
        return verdict.judged(shown)
    bench.write(source.path, unarmed)
    everything = _findings(await ask(NAME, arguments, source, bench))
    return verdict.judged(shown, suppressed=hidden(shown, everything))


def _findings(verdict: Verdict) -> list[Finding]:
    return [
        Finding(
            rule=f"SC{told['code']}",
            line=told["line"],
            column=told["column"],
            severity=told["level"],
            message=told["message"],
        )
        for told in verdict.json()["comments"]
    ]
