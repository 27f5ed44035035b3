"""Every command of the corpus gets the verdict that its folder names; no harmful one ever comes out as `allow`."""

import re
from pathlib import Path

import pytest

from tools.shell.classify import decide
from tools.shell.facts import Facts, Target

CORPUS = Path(__file__).parent / "corpus"
ORDINARY = Facts("/home/dev/shop", home="/home/dev", state="/home/dev/.local/state/astreinte")
PRODUCTION = Facts(
    "/home/dev/shop",
    home="/home/dev",
    targets=(
        Target("kube_context", "prod-eu", "production", True),
        Target("kube_context", "staging-eu", "staging", False),
        Target("aws_profile", "shop-prod", "production", True),
        Target("aws_profile", "shop-staging", "staging", False),
        Target("gcp_project", "shop-prod-1", "production", True),
        Target("docker_host", "ssh://deploy@prod", "production", True),
        Target("terraform_workspace", "production", "production", True),
        Target("terraform_workspace", "staging", "staging", False),
    ),
)
FILES = sorted(CORPUS.glob("*/*.txt"))


def commands(file: Path) -> list[str]:
    r"""One command a line; `⏎` stands for a line end and `\u1234` for a character that an editor would hide."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return [
        re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), line.replace("⏎", "\n"))
        if "$'" not in line
        else line
        for line in lines
        if line
    ]


def wrong(file: Path, expected: str, facts: Facts) -> list[str]:
    """The commands of a file that get another verdict than the expected one, with why."""
    found = []
    for command in commands(file):
        decision = decide(command, facts)
        if decision.decision != expected:
            why = "; ".join(f"{each.verdict} {each.rule}" for each in decision.reasons)
            found.append(f"{decision.decision}: {command!r} ({why})")
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_every_command_of_the_corpus_gets_its_verdict(file: Path) -> None:
    facts = PRODUCTION if file.stem.startswith("production") else ORDINARY
    assert wrong(file, file.parent.name, facts) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_a_protected_environment_never_makes_a_verdict_weaker(file: Path) -> None:
    strength = ("allow", "ask", "deny")
    for command in commands(file):
        plain = decide(command, Facts(ORDINARY.workspace, home=ORDINARY.home)).decision
        pinned = decide(command, PRODUCTION).decision
        assert strength.index(pinned) >= strength.index(plain), command


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    counts = {
        verdict: sum(len(commands(each)) for each in CORPUS.glob(f"{verdict}/*.txt"))
        for verdict in ("allow", "ask", "deny")
    }
    assert counts["allow"] >= 500
    assert counts["ask"] >= 600
    assert counts["deny"] >= 600
