"""nft: whether the kernel's firewall would take a set of rules; nothing is applied."""

import re
from collections.abc import Sequence

from tools.delivery import Finding, Validation
from tools.validate.bench import Bench
from tools.validate.checker import ONE, Source
from tools.validate.tool import ask

NAME = "nft"
PROGRAMS: tuple[str, ...] = ("nft",)
TAKES = ONE
INSTALL = "apt install nftables"
_TOLD = re.compile(r"^\S*?:(\d+):(\d+)-\d+: Error: (.*)$", re.MULTILINE)
_INCLUDE = re.compile(r"^\s*include\b", re.MULTILINE)


def applies(source: Source) -> bool:
    """Rules by ending, name or first line, but those that take in other files of the machine."""
    named = source.suffix == ".nft" or source.name == "nftables.conf" or "nft -f" in source.first_line
    return named and not _INCLUDE.search(source.text)


async def check(sources: Sequence[Source], bench: Bench) -> list[Validation]:
    """What nft refuses is an error. It asks the kernel, and so needs the right to change the firewall."""
    (source,) = sources
    verdict = await ask(NAME, ["--check", "--file", "./{path}"], sources, bench, install=INSTALL)
    if not verdict.completed.returncode:
        return [verdict.judged(source, [])]
    said = verdict.completed.stderr
    found = [
        Finding(rule="nft", line=int(line), column=int(column), severity="error", message=message)
        for line, column, message in _TOLD.findall(said)
    ]
    if not found:
        raise verdict.refused(" ".join(said.split())[:300])
    return [verdict.judged(source, found)]
