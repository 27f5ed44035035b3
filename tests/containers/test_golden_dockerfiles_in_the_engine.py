"""Every golden Dockerfile is read by a real engine's BuildKit, which parses the whole file before it builds a stage."""

from pathlib import Path

import pytest

from tests.containers.private_dockerd import Engine

GOLDENS = Path(__file__).resolve().parents[1] / "golden/containers"
DOCKERFILES = sorted(GOLDENS.glob("*/expected/**/Dockerfile"))
# A last stage that needs no base: nothing is pulled, and the build ends well only if all before it was understood.
PARSED = "\nFROM scratch AS parsed\nLABEL parsed=yes\n"


def parse(engine: Engine, text: str) -> str:
    environment = {"DOCKER_BUILDKIT": "1"}
    stdin = (text + PARSED).encode()
    return engine.docker("build", "--quiet", "--target", "parsed", "-", stdin=stdin, environment=environment)


@pytest.mark.parametrize("path", DOCKERFILES, ids=[path.relative_to(GOLDENS).as_posix() for path in DOCKERFILES])
def test_the_engine_understands_a_golden_dockerfile(engine: Engine, path: Path) -> None:
    assert parse(engine, path.read_text()).startswith("sha256:")


@pytest.mark.parametrize(
    "broken", ["FROM base:1\nRUNN true\n", "FROM base:1\nCOPY --nope=1 a b\n", "FROM base:1\nUSER\n"]
)
def test_the_engine_refuses_a_broken_one(engine: Engine, broken: str) -> None:
    with pytest.raises(RuntimeError):
        parse(engine, broken)
