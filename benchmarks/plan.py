"""`plan_terraform` against the same commands typed by hand: fmt, init, validate, plan, show, state pull; in pairs."""

import asyncio
import os
import shutil
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
from tests.terraform.cloud_fixture import small_cloud

ROUNDS = 7
RESOURCES = 30
COMMANDS = (
    ("fmt", "-check", "-list=true", "-no-color"),
    ("init", "-input=false", "-no-color", "-reconfigure"),
    ("validate", "-json"),
    ("plan", "-input=false", "-json", "-out=plan", "-lock-timeout=30s"),
    ("show", "-json", "plan"),
    ("state", "pull"),
)


async def yes(context: object, params: ElicitRequestParams) -> ElicitResult:
    """A person who agrees to everything."""
    del context, params
    return ElicitResult(action="accept", content={"approve": True})


def by_hand(folder: Path, settings: Path) -> float:
    """Seconds for the commands one after the other."""
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": str(settings), "CHECKPOINT_DISABLE": "1"}
    started = time.perf_counter()
    for command in COMMANDS:
        subprocess.run(["terraform", *command], cwd=folder, env=environment, capture_output=True, check=False)
    return time.perf_counter() - started


async def compare(base: Path) -> None:
    """Print the medians and the median ratio."""
    cloud = small_cloud(base)
    cloud.write(
        "\n".join(
            f'resource "aws_s3_bucket" "b{number}" {{\n  bucket = "bucket-{number}"\n}}\n'
            for number in range(RESOURCES)
        )
    )
    hand = base / "hand"
    shutil.copytree(cloud.folder, hand)
    os.environ["TF_CLI_CONFIG_FILE"] = str(cloud.settings)
    settings = Settings(workspace=cloud.folder, language="en", state=base / "state")
    rows: list[tuple[float, float]] = []
    async with Client(build_server(settings), elicitation_callback=yes) as client:
        for _round in range(ROUNDS):
            bare = by_hand(hand, cloud.settings)
            started = time.perf_counter()
            result = await client.call_tool("plan_terraform", {})
            rows.append((time.perf_counter() - started, bare))
            assert not result.is_error, result.content
    ours, theirs = (statistics.median(column) for column in zip(*rows, strict=True))
    ratio = statistics.median(first / second for first, second in rows)
    print(
        f"plan of {RESOURCES} resources: by hand {theirs:.2f} s, plan_terraform {ours:.2f} s, "
        f"ratio {ratio:.2f} (goal 1.1)"
    )


if __name__ == "__main__":
    if shutil.which("terraform") is None:
        print("plan: not measured, terraform is not installed")
    else:
        with tempfile.TemporaryDirectory() as name:
            asyncio.run(compare(Path(name)))
