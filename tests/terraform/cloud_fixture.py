"""A folder with a configuration, the small cloud behind it, and the settings that make terraform find its provider."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOST, PLATFORM = "example.com/astreinte/aws", "linux_amd64"
PROVIDER = Path(__file__).parent / "provider/cloud.py"


@dataclass(frozen=True)
class SmallCloud:
    """`folder` is the workspace; what is written there is planned against `things`."""

    folder: Path
    home: Path

    @property
    def settings(self) -> Path:
        """The CLI configuration to name in TF_CLI_CONFIG_FILE."""
        return self.home / "cli.tfrc"

    def write(self, resources: str, name: str = "main.tf") -> None:
        """Write the configuration: `resources` after the provider's own block."""
        head = (
            'terraform {\n  required_providers {\n    aws = {\n      source  = "example.com/astreinte/aws"\n'
            '      version = "1.0.0"\n    }\n  }\n}\n\n'
            f'provider "aws" {{\n  endpoint = {json.dumps(str(self.home / "cloud.json"))}\n}}\n\n'
        )
        (self.folder / name).write_text(head + resources)

    @property
    def things(self) -> dict[str, Any]:
        """What exists in the cloud, by id."""
        path = self.home / "cloud.json"
        found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        return found

    def edit(self, **values: Any) -> None:
        """Somebody changes every thing behind terraform's back."""
        changed = {key: {**each, **values} for key, each in self.things.items()}
        (self.home / "cloud.json").write_text(json.dumps(changed))


def small_cloud(base: Path) -> SmallCloud:
    """An empty cloud and an empty folder under `base`."""
    home, folder = base / "cloud", base / "infra"
    mirror = home / "mirror" / HOST / "1.0.0" / PLATFORM
    for each in (mirror, folder):
        each.mkdir(parents=True)
    program = mirror / "terraform-provider-aws_v1.0.0"
    program.write_text(f'#!/bin/sh\nHOME={home} exec {sys.executable} {PROVIDER} "$@"\n')
    program.chmod(0o755)
    cloud = SmallCloud(folder, home)
    cloud.settings.write_text(
        f'provider_installation {{\n  filesystem_mirror {{\n    path    = "{home}/mirror"\n'
        '    include = ["example.com/*/*"]\n  }\n}\n'
    )
    return cloud
