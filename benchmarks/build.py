"""`build_image` against the bare `docker build` of the same context on the same engine, cold and warm; context scan."""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from mcp import Client
from mcp_types import ElicitRequestParams, ElicitResult

from server.app import build_server
from server.settings import Settings
from tests.containers.private_dockerd import Engine, EngineUnavailableError, private_dockerd
from tools.containers.context import scan

FILES = 2_000
ROUNDS = 5
STEPS = "WORKDIR /src\nCOPY . .\nRUN {mount}cat */* > /tmp/all && sleep 2\nRUN echo done > /srv/done\n"


async def yes(context: object, params: ElicitRequestParams) -> ElicitResult:
    """A person who agrees to everything."""
    del context, params
    return ElicitResult(action="accept", content={"approve": True})


def context(place: Path, mount: str) -> None:
    """A repository of `FILES` files and some 20 MB."""
    for number in range(FILES):
        path = place / f"d{number // 100}" / f"f{number}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(os.urandom(5_000).hex().encode())
    (place / "Dockerfile").write_text("FROM base:1\n" + STEPS.format(mount=mount))
    (place / ".dockerignore").write_text(".git\n")
    git = ["git", "-c", "user.name=b", "-c", "user.email=b@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*git, *command], cwd=place, check=True)


async def tool(client: Client) -> tuple[float, float]:
    """Seconds for the whole call, and for the build alone."""
    started = time.perf_counter()
    result = await client.call_tool("build_image", {"network": "none"})
    assert not result.is_error, result.content
    assert isinstance(result.structured_content, dict)
    return time.perf_counter() - started, float(result.structured_content["duration"])


async def compare(engine: Engine, mount: str) -> None:
    """Medians of paired builds with one builder."""
    buildkit = "1" if mount else "0"

    def bare() -> float:
        started = time.perf_counter()
        engine.docker("build", "--network=none", "--tag", "bare", str(place), environment={"DOCKER_BUILDKIT": buildkit})
        return time.perf_counter() - started

    def forget() -> None:
        engine.docker("builder", "prune", "--all", "--force")
        images = engine.docker("images", "--quiet", "--filter", "reference=bare", "--filter", "reference=work").split()
        if images:
            engine.docker("image", "rm", "--force", *dict.fromkeys(images))
        engine.docker("image", "prune", "--force")

    with tempfile.TemporaryDirectory() as name:
        place = Path(name) / "work"
        place.mkdir()
        context(place, mount)
        settings = Settings(workspace=place, language="en", state=Path(name) / "state")
        async with Client(build_server(settings), elicitation_callback=yes) as client:
            for what in ("cold", "warm"):
                rows = []
                for _round in range(ROUNDS):
                    if what == "cold":
                        forget()
                    reference = bare()
                    if what == "cold":
                        forget()
                    rows.append((reference, *await tool(client)))
                first, whole, alone = (statistics.median(column) for column in zip(*rows, strict=True))
                print(
                    f"{'BuildKit' if mount else 'classic'} {what}: docker build {first:.2f} s, "
                    f"build_image {whole:.2f} s "
                    f"(ratio {whole / first:.2f}), its build alone {alone:.2f} s (ratio {alone / first:.2f})"
                )


def scanned(count: int) -> None:
    """The scan of a context of `count` files against walking and asking each for its size."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for number in range(count):
            path = root / f"d{number // 500}" / f"f{number}.py"
            path.parent.mkdir(exist_ok=True)
            path.touch()
        (root / ".dockerignore").write_text("**/*.log\nnode_modules\n!keep.log\n.git\n**/__pycache__\n")

        def walk() -> int:
            return sum(os.lstat(f"{at}/{each}").st_size for at, _, names in os.walk(root) for each in names)

        times: dict[str, list[float]] = {"scan": [], "walk": []}
        for _round in range(ROUNDS):
            for label, work in (("walk", walk), ("scan", lambda: scan(root, "Dockerfile"))):
                started = time.perf_counter()
                work()
                times[label].append(time.perf_counter() - started)
        one, other = statistics.median(times["scan"]), statistics.median(times["walk"])
        print(f"context of {count:,} files: scan {one * 1e3:.0f} ms, walk {other * 1e3:.0f} ms, {one / other:.2f}")


async def main() -> None:
    """Measure what can be measured here."""
    scanned(50_000)
    with tempfile.TemporaryDirectory(prefix="engine-", dir="/tmp") as folder:
        try:
            with private_dockerd(Path(folder)) as engine:
                os.environ.update(DOCKER_HOST=engine.url, DOCKER_CONFIG="/nonexistent")
                engine.import_base("base:1")
                for mount in ("", "--mount=type=tmpfs,target=/unused "):
                    await compare(engine, mount)
        except EngineUnavailableError as error:
            print(f"builds: not measured, {error}")


if __name__ == "__main__":
    asyncio.run(main())
