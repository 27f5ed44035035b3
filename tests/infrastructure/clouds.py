"""Terraform with providers that know real schemas only: what a configuration uses of them, and nothing else."""

import json
import lzma
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.delivery import File
from tools.guard.process import find_program

SCHEMAS = Path(__file__).resolve().parents[3] / "shared/data/provider-schemas"
PROVIDER = Path(__file__).resolve().parents[1] / "terraform/provider/schema_only.py"
LOCAL = 'terraform {\n  backend "local" {}\n}\n'


def missing() -> str | None:
    """Why nothing can be proved here; None when it can."""
    if find_program("terraform") is None:
        return "terraform is not installed"
    return None if SCHEMAS.is_dir() else "the providers' schemas are not beside this repository"


@dataclass(frozen=True)
class Ground:
    """A folder with a delivery in it, and a terraform that finds its provider without a network."""

    folder: Path
    reattach: str = "{}"
    """Where the provider listens, as TF_REATTACH_PROVIDERS has it."""

    def terraform(self, where: str, *arguments: str) -> str:
        """Run terraform in `infra/<where>`; its output. A failure is the test's failure, with all that was said."""
        done = subprocess.run(
            ["terraform", *arguments],
            cwd=self.folder / "infra" / where,
            capture_output=True,
            text=True,
            env={
                **_clean(),
                "TF_REATTACH_PROVIDERS": self.reattach,
                "TF_CLI_CONFIG_FILE": os.devnull,
                "CHECKPOINT_DISABLE": "1",
                "TF_IN_AUTOMATION": "1",
                "HOME": str(self.folder),
            },
        )
        assert done.returncode == 0, (
            f"terraform {' '.join(arguments)} in {where}:\n{done.stdout[-3000:]}\n{done.stderr[-6000:]}"
        )
        return done.stdout

    def ready(self, where: str) -> None:
        """Initialise `where` with a state on disk instead of the remote one."""
        (self.folder / "infra" / where / "backend_override.tf").write_text(LOCAL)
        self.terraform(where, "init", "-no-color", "-input=false")

    def plan(self, where: str, *arguments: str) -> bytes:
        """The plan of `where` as JSON."""
        self.terraform(where, "plan", "-no-color", "-input=false", "-out=test.tfplan", *arguments)
        return self.terraform(where, "show", "-json", "-no-color", "test.tfplan").encode()

    def write(self, files: list[File]) -> None:
        """Put `files` there, instead of what they were."""
        for file in files:
            path = self.folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.content)


@contextmanager
def serving(home: Path, provider: str, files: list[File]) -> Iterator[str]:
    """A provider with the schemas of the types that `files` use, for many runs of terraform: a start costs a second."""
    used = {word for file in files for word in re.findall(rf'"({provider}_\w+)"', file.content)}
    schema = home / f"{provider}.json.xz"
    schema.write_bytes(lzma.compress(json.dumps(_trimmed(provider, used)).encode(), preset=0))
    command = [sys.executable, "-u", str(PROVIDER), str(schema), f"registry.terraform.io/hashicorp/{provider}"]
    environment = {**os.environ, "TMPDIR": str(home)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stdout is not None
        try:
            said = next(line for line in server.stdout if "TF_REATTACH_PROVIDERS=" in line)
            yield said.partition("=")[2].strip().strip("'")
        finally:
            server.terminate()


def _trimmed(provider: str, used: set[str]) -> dict[str, Any]:
    with lzma.open(SCHEMAS / f"{provider}.json.xz") as stream:
        told: dict[str, Any] = json.loads(stream.read())
    for kind in ("resource_schemas", "data_source_schemas"):
        told[kind] = {name: each for name, each in told[kind].items() if name in used}
    return told


def _clean() -> dict[str, str]:
    return {name: each for name, each in os.environ.items() if not name.startswith(("AWS_", "GOOGLE_", "TF_"))}
