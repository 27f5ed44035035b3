"""`inspect_terraform` on configurations as people write them, and on files that want to break it."""

import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resources.catalogue import speaking
from tools.context import Deps
from tools.guard.errors import NotFoundError, WorkspaceError
from tools.guard.workspace import Workspace
from tools.terraform import hcl_worker
from tools.terraform.findings import registry
from tools.terraform.inspect_report import TerraformInspection
from tools.terraform.inspect_terraform import inspect_terraform

ROOT = """
terraform {
  required_version = ">= 1.6"
  required_providers {
    aws    = { source = "hashicorp/aws", version = "~> 5.0" }
    google = { source = "hashicorp/google", version = ">= 4.0" }
  }
  backend "s3" {
    bucket = "states"
    key    = "prod"
  }
}

variable "region" {
  type    = string
  default = "eu-west-1"
}

variable "db_password" {
  type      = string
  sensitive = true
}

module "network" {
  source = "./modules/network"
}

module "vpc" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "5.1.2"
}

module "moving" {
  source = "git::https://example.com/modules.git//vpc?ref=main"
}

resource "aws_db_instance" "main" {
  count               = 2
  instance_class      = "db.t3.micro"
  password            = var.db_password
  skip_final_snapshot = true
  publicly_accessible = true
}

data "external" "facts" {
  program = ["sh", "-c", "true"]
}

output "address" {
  value = aws_db_instance.main[0].address
}
"""
NETWORK = """
resource "aws_security_group" "web" {
  name = "web"

  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  dynamic "ingress" {
    for_each = [443]
    content {
      from_port   = 5432
      to_port     = 5432
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
    }
  }
}

resource "null_resource" "runs" {
  provisioner "local-exec" {
    command = "true"
  }
}
"""


async def inspected(root: Path, files: Mapping[str, str | bytes], path: str = ".") -> TerraformInspection:
    for name, content in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with speaking("en"):
        return await inspect_terraform(Deps(workspace=Workspace.at(root)), path)


def places(found: TerraformInspection, rule: str) -> list[tuple[str, int | None]]:
    return [(each.file, each.line) for each in found.findings if each.rule == rule]


async def test_the_parts_of_a_configuration_are_listed_with_their_lines(tmp_path: Path) -> None:
    found = await inspected(tmp_path, {"main.tf": ROOT, "modules/network/main.tf": NETWORK})
    assert [(each.path, each.root) for each in found.directories] == [(".", True), ("modules/network", False)]
    assert found.directories[0].required_version == ">= 1.6"
    assert [(each.name, each.local, each.line) for each in found.modules] == [
        ("network", True, 24),
        ("vpc", False, 28),
        ("moving", False, 33),
    ]
    assert {each.name: each.constraint for each in found.providers} == {"aws": "~> 5.0", "google": ">= 4.0"}
    assert [(each.address, each.line) for each in found.resources] == [
        ("aws_db_instance.main", 37),
        ("data.external.facts", 45),
        ("aws_security_group.web", 2),
        ("null_resource.runs", 23),
    ]
    assert found.resources[0].repeated == "count"
    assert [(each.name, each.sensitive, each.required) for each in found.variables] == [
        ("region", False, False),
        ("db_password", True, True),
    ]
    assert [(each.name, each.sensitive) for each in found.outputs] == [("address", False)]
    assert [(each.type, each.locking) for each in found.backends] == [("s3", False)]
    assert found.executes == ["data.external.facts (main.tf)", "null_resource.runs (modules/network/main.tf)"]
    assert found.broken == []


async def test_findings_stand_at_the_line_to_change(tmp_path: Path) -> None:
    found = await inspected(tmp_path, {"main.tf": ROOT, "modules/network/main.tf": NETWORK})
    assert places(found, "no_state_locking") == [("main.tf", 8)]
    assert places(found, "unpinned_provider") == [("main.tf", 6)]
    assert places(found, "unpinned_module") == [("main.tf", 34)]
    assert ("main.tf", 42) in places(found, "public_exposure")
    assert ("modules/network/main.tf", 9) in places(found, "public_exposure")
    assert places(found, "unprotected_data") == [("main.tf", 37), ("main.tf", 41)]
    assert len(places(found, "code_execution")) == 2


async def test_both_plain_and_dynamic_rules_are_read(tmp_path: Path) -> None:
    found = await inspected(tmp_path, {"main.tf": NETWORK})
    doors = [each.message for each in found.findings if each.rule == "public_exposure"]
    assert any("tcp/22" in each for each in doors)
    assert any("tcp/5432" in each for each in doors)


CLEAN = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.0" }
  }
  backend "s3" {
    bucket       = "states"
    use_lockfile = true
  }
}
variable "password" {
  sensitive = true
}
resource "aws_db_instance" "main" {
  password = var.password
  lifecycle {
    prevent_destroy = true
  }
}
resource "aws_secretsmanager_secret" "token" {
  name = "service/token"
  lifecycle {
    prevent_destroy = true
  }
}
resource "aws_security_group" "web" {
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_route" "out" {
  destination_cidr_block = "0.0.0.0/0"
}
output "secret_arn" {
  value = aws_secretsmanager_secret.token.arn
}
"""


async def test_a_careful_configuration_has_no_finding(tmp_path: Path) -> None:
    assert (await inspected(tmp_path, {"main.tf": CLEAN})).findings == []


@pytest.mark.parametrize(
    ("file", "content", "line"),
    [
        ("main.tf", 'provider "aws" {\n  secret_key = "wJalrXUtnFEMIK7MDENGbPxRfiCY"\n}\n', 2),
        ("main.tf", 'resource "aws_db_instance" "a" {\n  password = "Tr0ub4dor&3"\n}\n', 2),
        ("main.tf", 'variable "api_token" {\n  sensitive = true\n  default = "k3J9xPq72LmZ"\n}\n', 3),
        ("prod.tfvars", 'region = "a"\ndb_password = "Tr0ub4dor&3"\n', 2),
        ("main.tf", 'locals {\n  url = "postgres://app:Tr0ub4dor3@db/x"\n}\n', 2),
        ("main.tf.json", '{"provider": {"aws": {"secret_key": "wJalrXUtnFEMIK7MDENGbPxRfiCY"}}}', None),
    ],
)
async def test_a_secret_in_a_file_is_found_and_never_repeated(
    tmp_path: Path, file: str, content: str, line: int | None
) -> None:
    found = await inspected(tmp_path, {file: content, "other.tf": 'terraform {\n  backend "gcs" {}\n}\n'})
    assert places(found, "hard_coded_secret") == [(file, line)]
    said = found.model_dump_json()
    assert not any(secret in said for secret in ("Tr0ub4dor", "wJalr", "k3J9x"))


@pytest.mark.parametrize(
    ("backend", "rules"),
    [
        ("", {"no_remote_state"}),
        ('backend "local" {}', {"no_remote_state"}),
        ('backend "s3" {}', set()),
        ('backend "s3" {\n bucket = "a"\n}', {"no_state_locking"}),
        ('backend "s3" {\n bucket = "a"\n dynamodb_table = "locks"\n}', set()),
        ('backend "s3" {\n use_lockfile = true\n encrypt = false\n}', {"unencrypted_state"}),
        ('backend "http" {\n address = "https://x"\n}', {"no_state_locking"}),
        ('backend "gcs" {\n bucket = "a"\n}', set()),
        ('cloud {\n organization = "a"\n workspaces {\n name = "prod"\n }\n}', set()),
    ],
)
async def test_where_the_state_is_kept_is_judged(tmp_path: Path, backend: str, rules: set[str]) -> None:
    found = await inspected(tmp_path, {"a.tf": f'terraform {{\n{backend}\n}}\nmodule "m" {{\n source = "./m"\n}}\n'})
    assert {each.rule for each in found.findings} == rules
    assert found.workspaces == (["prod"] if "prod" in backend else [])


async def test_locked_versions_are_read_and_soften_a_loose_constraint(tmp_path: Path) -> None:
    lock = 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.31.0"\n}\n'
    source = 'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws" }\n  }\n}\n'
    found = await inspected(tmp_path, {"main.tf": source, ".terraform.lock.hcl": lock})
    assert found.providers[0].locked == "5.31.0"
    assert [(each.rule, each.level) for each in found.findings] == [("unpinned_provider", "low")]


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("bad.tf", b'resource "a" "b" {\n  x = \n}\n', 2),
        ("bad.tf", b'resource "a" "b" {\n  x = 1\n', None),
        ("bad.tf.json", b'{"resource": {\n', 2),
        ("bad.tf", b"x = " + b"[" * 5_000 + b"]" * 5_000, None),
        ("bad.tf", b"\xff\xfe\xfd\x00 not text", None),
        ("bad.tf", b'x = "' + b"\xe9" + b'"\n', None),
        ("bad.tf", b"# " + b"x" * 2_100_000, None),
    ],
    ids=["syntax", "unclosed", "json", "deep", "binary", "latin-1", "large"],
)
async def test_a_broken_file_is_reported_and_the_rest_is_inspected(
    tmp_path: Path, name: str, content: bytes, line: int | None
) -> None:
    found = await inspected(tmp_path, {name: content, "good.tf": 'resource "null_resource" "a" {}\n'})
    assert [each.file for each in found.broken] == [name]
    assert found.broken[0].reason
    assert line is None or found.broken[0].line == line
    assert [each.address for each in found.resources] == ["null_resource.a"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
async def test_a_byte_order_mark_is_no_obstacle(tmp_path: Path, encoding: str) -> None:
    found = await inspected(tmp_path, {"main.tf": 'resource "null_resource" "a" {}\n'.encode(encoding)})
    assert found.broken == []
    assert len(found.resources) == 1


async def test_json_configuration_is_read_like_hcl(tmp_path: Path) -> None:
    source = '{"resource": {"aws_s3_bucket": {"b": {"force_destroy": true}}}, "variable": {"v": {"sensitive": true}}}'
    found = await inspected(tmp_path, {"main.tf.json": source})
    assert [each.address for each in found.resources] == ["aws_s3_bucket.b"]
    assert found.variables[0].sensitive
    assert len(places(found, "unprotected_data")) == 2


async def test_links_and_downloaded_modules_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    root = tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    (outside / "x.tf").write_text('resource "null_resource" "outside" {}\n')
    (root / "link.tf").symlink_to(outside / "x.tf")
    (root / "folder").symlink_to(outside)
    found = await inspected(
        root, {".terraform/modules/x.tf": 'resource "null_resource" "inner" {}\n', "a.tf": 'variable "a" {}\n'}
    )
    assert found.resources == []


async def test_a_folder_without_terraform_or_outside_the_workspace_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        await inspected(tmp_path, {})
    with pytest.raises(WorkspaceError):
        await inspected(tmp_path, {}, "..")


async def test_long_lists_say_what_they_leave_out(tmp_path: Path) -> None:
    many = "".join(f'variable "v{number}" {{\n  default = 1\n}}\n' for number in range(900))
    found = await inspected(tmp_path, {"main.tf": many})
    assert len(found.variables) + found.left_out["variables"] == 900
    assert len(found.model_dump_json()) <= 25_000


async def test_a_file_that_takes_too_long_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tools.terraform import hcl

    slow = tmp_path / "slow_worker.py"
    slow.write_text(
        "import json, signal, sys\n"
        "for file in json.load(sys.stdin):\n"
        "    if 'hang' in file['text']:\n"
        "        signal.pause()\n"
        "    print(json.dumps({'path': file['path'], 'blocks': [], 'attributes': {}}), flush=True)\n"
    )
    monkeypatch.setattr(hcl, "_WORKER", slow)
    monkeypatch.setattr(hcl, "SECONDS", 1.0)
    monkeypatch.setattr(hcl, "ALONE", 1.0)
    started = time.monotonic()
    found = await inspected(tmp_path, {"a.tf": "", "b.tf": "# hang\n", "c.tf": ""})
    assert [each.file for each in found.broken] == ["b.tf"]
    assert time.monotonic() - started < 20


def test_values_of_every_kind_are_read() -> None:
    source = (
        'a = 1\nb = 1.5\nc = true\nd = null\ne = [1, "x"]\nf = { k = "v", "q" = var.x }\n'
        'g = "a${var.b}c"\nh = "tab\\tquote\\""\ni = <<-EOT\n  text\nEOT\nj = jsonencode({})\nk = "$${literal}"\n'
    )
    found = {name: given for name, (given, _line) in hcl_worker.read("x.tfvars", source)["attributes"].items()}
    assert found == {
        "a": 1,
        "b": 1.5,
        "c": True,
        "d": None,
        "e": [1, "x"],
        "f": {"k": "v", "q": {"$": "var.x"}},
        "g": {"$": '"a${var.b}c"'},
        "h": 'tab\tquote"',
        "i": "text",
        "j": {"$": "jsonencode({})"},
        "k": "${literal}",
    }


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet='{}[]()="$%\\<>-~EOT\n x1.,#/*?:', max_size=60))
def test_no_text_crashes_the_reader(text: str) -> None:
    found = hcl_worker.read("x.tf", text)
    assert "blocks" in found or "error" in found


def test_every_finding_is_registered() -> None:
    folder = Path(registry.__file__).parent
    assert {path.stem for path in folder.glob("*.py")} - {"__init__", "registry"} == set(registry.FINDINGS)
