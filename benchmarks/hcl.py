"""How long `inspect_terraform` takes on 500 files, against python-hcl2 alone reading the same files.

Run from the root of the project: python -m benchmarks.hcl [files]
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

import hcl2

from tools.guard.workspace import Workspace
from tools.terraform.inspect_sources import inspect_sources

ROUNDS = 3
FILE = """
variable "name_{number}" {{
  type        = string
  description = "What this service is called"
}}

resource "aws_security_group" "service_{number}" {{
  name = var.name_{number}

  ingress {{
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8", "192.168.0.0/16"]
  }}

  tags = merge(local.tags, {{ Name = "service-${{var.name_{number}}}" }})
}}

resource "aws_instance" "service_{number}" {{
  count                  = var.enabled ? 2 : 0
  ami                    = data.aws_ami.base.id
  instance_type          = "t3.micro"
  vpc_security_group_ids = [aws_security_group.service_{number}.id]
  user_data              = <<-EOT
    #!/bin/sh
    echo ${{var.name_{number}}}
  EOT

  lifecycle {{
    create_before_destroy = true
  }}
}}

output "address_{number}" {{
  value = [for instance in aws_instance.service_{number} : instance.private_ip]
}}
"""


def main() -> None:
    """Print both medians and the ratio."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for number in range(count):
            path = root / f"m{number // 10}" / f"file{number}.tf"
            path.parent.mkdir(exist_ok=True)
            path.write_text(FILE.format(number=number))
        workspace = Workspace.at(root)
        ours = []
        for _round in range(ROUNDS):
            started = time.perf_counter()
            assert not asyncio.run(inspect_sources(workspace, workspace.root, ".")).broken
            ours.append(time.perf_counter() - started)
        started = time.perf_counter()
        for path in sorted(root.rglob("*.tf")):
            hcl2.loads(path.read_text())
        theirs = time.perf_counter() - started
    print(f"{count} files")
    print(f"inspect_terraform  {statistics.median(ours):6.2f} s  {count / statistics.median(ours):6.0f} files/s")
    print(f"python-hcl2 alone  {theirs:6.2f} s  {count / theirs:6.0f} files/s")
    print(f"ratio              {statistics.median(ours) / theirs:6.2f}")


if __name__ == "__main__":
    main()
