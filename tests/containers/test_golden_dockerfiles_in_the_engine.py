"""Every golden Dockerfile is read by a real engine's BuildKit: its whole text, then each stage down to its base."""

import re
from pathlib import Path

import pytest

from tests.containers.private_dockerd import Engine

GOLDENS = Path(__file__).resolve().parents[1] / "golden/containers"
DOCKERFILES = sorted(GOLDENS.glob("*/expected/**/Dockerfile"))
NAMES = [path.relative_to(GOLDENS).as_posix() for path in DOCKERFILES]
# A last stage that needs no base: nothing is pulled, and the build ends well only if the text before it parsed.
PARSED = "\nFROM scratch AS parsed\nLABEL parsed=yes\n"
IMAGE = re.compile(r"^(?:FROM (?:--platform=\S+ )?|COPY --from=|.*,from=)([^\s,]*[:/][^\s,]*)", re.MULTILINE)
DIGEST = re.compile(r"@sha256:[0-9a-f]{64}")
# What BuildKit says when it cannot make its plan (a base, a port…), or asks a registry for what is neither a stage
# nor one of the stand-ins. It looks up a `--from` only when it gets there, so an earlier failure may hide that one:
# hadolint (DL3022) finds those without fail.
NO_PLAN = re.compile("failed to create LLB definition|failed to do request")
RUNS = re.compile(r"^#\d+ \[[^]]*\d+/\d+\] ", re.MULTILINE)


def parse(engine: Engine, text: str) -> str:
    environment = {"DOCKER_BUILDKIT": "1"}
    stdin = (text + PARSED).encode()
    return engine.docker("build", "--quiet", "--target", "parsed", "-", stdin=stdin, environment=environment)


def plan(engine: Engine, text: str) -> str:
    """What the engine says while it builds the last stage on stand-ins for the bases, without a context or a network.

    An imported image has no digest of a registry, so the copy of the text that is built has none either.
    """
    text = DIGEST.sub("", text)
    for image in set(IMAGE.findall(text)):
        engine.docker("tag", "base:1", image)
    arguments = ("build", "--progress", "plain", "--network", "none", "-")
    try:
        engine.docker(*arguments, stdin=text.encode(), environment={"DOCKER_BUILDKIT": "1"})
    except RuntimeError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("path", DOCKERFILES, ids=NAMES)
def test_the_engine_understands_a_golden_dockerfile(engine: Engine, path: Path) -> None:
    assert parse(engine, path.read_text()).startswith("sha256:")


@pytest.mark.parametrize("path", DOCKERFILES, ids=NAMES)
def test_the_engine_plans_every_stage_of_a_golden_dockerfile(engine: Engine, path: Path) -> None:
    said = plan(engine, path.read_text())
    assert not NO_PLAN.search(said), said
    assert not said or RUNS.search(said), said


@pytest.mark.parametrize(
    "broken", ["FROM base:1\nRUNN true\n", "FROM base:1\nCOPY --nope=1 a b\n", "FROM base:1\nUSER\n"]
)
def test_the_engine_refuses_a_broken_one(engine: Engine, broken: str) -> None:
    with pytest.raises(RuntimeError):
        parse(engine, broken)


@pytest.mark.parametrize(
    "broken",
    [
        "FROM base:1\nCOPY --from=missing /a /b\n",
        "FROM base:1 AS build\nFROM nothing-of-that-name\n",
        "FROM base:1\nEXPOSE port\n",
        "FROM base:1 AS build\nRUN true\nFROM base:1\nCOPY --from=biuld /a /b\n",
    ],
    ids=["a stage that is not there", "a base that is not there", "no port", "a misspelt stage"],
)
def test_the_engine_makes_no_plan_for_stages_that_do_not_resolve(engine: Engine, broken: str) -> None:
    assert NO_PLAN.search(plan(engine, broken))
