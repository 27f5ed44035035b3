"""The risk report of a plan of 20,000 resources against `json.loads` of the same bytes: time and peak memory.

Run from the root of the project: python -m benchmarks.risk_report [resources]
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROUNDS = 5
ACTIONS = (["no-op"], ["no-op"], ["no-op"], ["update"], ["create"], ["delete"], ["delete", "create"], ["no-op"])
TYPES = (
    "aws_instance",
    "aws_s3_bucket",
    "aws_security_group",
    "aws_iam_role",
    "aws_db_instance",
    "aws_lambda_function",
)


def instance(number: int) -> dict[str, Any]:
    """One resource change, about as large as the provider's real ones."""
    kind, actions = TYPES[number % len(TYPES)], ACTIONS[number % len(ACTIONS)]
    values: dict[str, Any] = {
        "id": f"i-{number:016x}",
        "arn": f"arn:aws:service:eu-west-1:123456789012:thing/{number}",
        "name": f"thing-{number}",
        "instance_type": "t3.micro",
        "instance_class": "db.t3.micro",
        "ingress": [{"cidr_blocks": ["10.0.0.0/8"], "from_port": 443, "to_port": 443, "protocol": "tcp"}],
        "tags": {"Name": f"thing-{number}", "Team": "platform", "Environment": "production"},
        "description": "what this is for and who to ask about it " * 4,
        "password": f"planted-{number}" if number % 50 == 0 else None,
    }
    after = {**values, "instance_type": "t3.small", "tags": {**values["tags"], "Release": str(number)}}
    change = {
        "actions": actions,
        "before": None if actions == ["create"] else values,
        "after": None if actions == ["delete"] else values if actions == ["no-op"] else after,
        "after_unknown": {"id": True, "arn": True} if "create" in actions else {},
        "before_sensitive": {"password": True, "tags": {}},
        "after_sensitive": {"password": True, "tags": {}, "ingress": [{"cidr_blocks": [False]}]},
    }
    return {
        "address": f"module.service_{number % 40}.{kind}.this[{number}]",
        "module_address": f"module.service_{number % 40}",
        "mode": "managed",
        "type": kind,
        "name": "this",
        "index": number,
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": change,
    }


def plan(count: int) -> bytes:
    """A plan as `terraform show -json` prints it: the changes, and the prior state again."""
    changes = [instance(number) for number in range(count)]
    state = [
        {
            "address": each["address"],
            "mode": "managed",
            "type": each["type"],
            "values": each["change"]["before"],
            "sensitive_values": {"password": True},
        }
        for each in changes
        if each["change"]["before"]
    ]
    return json.dumps(
        {
            "format_version": "1.2",
            "terraform_version": "1.11.4",
            "resource_changes": changes,
            "prior_state": {"format_version": "1.0", "values": {"root_module": {"resources": state}}},
            "configuration": {"root_module": {}},
        },
        separators=(",", ":"),
    ).encode()


def measure(path: Path, what: str) -> tuple[float, float]:
    """Processor seconds (others may be using the machine) and the peak in MB above a process that has only imported.

    Each measure is a process of its own.
    """
    work = "json.loads(pathlib.Path(path).read_bytes())" if what == "json" else "assess(open(path, 'rb'))"
    code = (
        "import json, pathlib, sys, time\n"
        "def peak():\n"  # not ru_maxrss: a child inherits that from its parent
        "    lines = open('/proc/self/status').read().splitlines()\n"
        "    return next(int(line.split()[1]) for line in lines if line.startswith('VmHWM'))\n"
        "from tools.terraform.risk import assess\n"
        'assess(b\'{"format_version":"1.2","resource_changes":[]}\')\n'
        "path = sys.argv[1]\n"
        "before = peak()\n"
        "started = time.process_time()\n"
        f"kept = {work}\n"
        "took = time.process_time() - started\n"
        "print(took, (peak() - before) / 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True)
    took, peak = done.stdout.split()
    return float(took), float(peak)


def main() -> None:
    """Print both medians and the ratios (goals: 1.5 in time, 0.5 in memory)."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.json"
        path.write_bytes(plan(count))
        rows = {what: [measure(path, what) for _round in range(ROUNDS)] for what in ("json", "risk")}
        size = path.stat().st_size / 1e6
    seconds = {what: statistics.median(took for took, _peak in row) for what, row in rows.items()}
    peaks = {what: statistics.median(peak for _took, peak in row) for what, row in rows.items()}
    print(f"{count} resources, {size:.0f} MB, median of {ROUNDS}")
    print(f"json.loads    {seconds['json']:6.2f} s  {peaks['json']:6.0f} MB")
    print(f"risk report   {seconds['risk']:6.2f} s  {peaks['risk']:6.0f} MB")
    print(f"ratio         {seconds['risk'] / seconds['json']:6.2f}    {peaks['risk'] / peaks['json']:6.2f}")


if __name__ == "__main__":
    main()
