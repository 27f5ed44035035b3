"""What a machine or a swarm gets: goldens, the checkers' word, and the firewall tried by nft itself."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from resources.catalogue import speaking
from tools.brief import Brief
from tools.deployment.firewall import firewall
from tools.deployment.generate_deployment import of_brief
from tools.deployment.targets import Target
from tools.guard.process import find_program
from tools.validate.validate import validate_files

TESTS = Path(__file__).resolve().parents[1]
BRIEFS = TESTS / "golden/containers"
GOLDENS = TESTS / "golden/machines"
# The brief, its target and its strategy.
KEPT: list[tuple[str, Target, str]] = [
    ("fastapi-uv", "compose", "rolling"),
    ("express-npm", "compose", "blue_green"),
    ("go-gin", "swarm", "rolling"),
    ("spring-maven", "swarm", "canary"),
    ("monorepo-python-node", "swarm", "blue_green"),
]
UPDATE = os.environ.get("UPDATE_GOLDENS") == "1"


def brief(name: str, target: str, strategy: str) -> Brief:
    data = json.loads((BRIEFS / name / "brief.json").read_text())
    data["service"] = data.get("service") or name
    data["context"] |= {
        "environments": [{"name": "staging"}, {"name": "prod", "url": f"https://{name}.example.org"}],
        "platform": {"target": target, "strategy": strategy},
        "registry": "ghcr.io/acme",
        "proxy": None if strategy == "rolling" else "traefik",
    }
    return Brief.model_validate(data)


@pytest.mark.parametrize(("name", "target", "strategy"), KEPT)
async def test_a_brief_makes_its_golden_machine(name: str, target: Target, strategy: str) -> None:
    with speaking("en"):
        delivery = of_brief(brief(name, target, strategy))
    files = {file.path: file.content for file in delivery.files}
    files["delivery.json"] = delivery.model_dump_json(indent=1, exclude={"files"}, exclude_defaults=True) + "\n"
    expected = GOLDENS / f"{name}-{target}-{strategy}"
    if UPDATE:
        shutil.rmtree(expected, ignore_errors=True)
        for path, content in files.items():
            (expected / path).parent.mkdir(parents=True, exist_ok=True)
            (expected / path).write_text(content)
    kept = {path.relative_to(expected).as_posix(): path.read_text() for path in expected.rglob("*") if path.is_file()}
    assert files == kept, "run `python3 dev.py goldens` and read the diff"
    for each in await validate_files(delivery.files):
        assert not each.findings, f"{each.path}: {each.tool}: {each.findings}"


def test_no_golden_machine_is_an_orphan() -> None:
    assert {path.name for path in GOLDENS.iterdir()} == {"-".join(each) for each in KEPT}


@pytest.mark.skipif(
    find_program("nft") is None or os.geteuid() != 0, reason="nft is not installed, or this is not root"
)
@pytest.mark.parametrize("target", ["compose", "swarm"])
def test_the_firewall_drops_everything_but_the_ports_of_the_brief(target: str, tmp_path: Path) -> None:
    """In a network of its own: the rules are applied twice, read back and taken away."""
    if shutil.which("unshare") is None or subprocess.run(["unshare", "--net", "true"], capture_output=True).returncode:
        pytest.skip("no network namespace of one's own here")
    delivery = firewall(brief("monorepo-python-node", target, "canary"))
    path = tmp_path / "nftables.conf"
    path.write_text(delivery.files[0].content)
    undo = delivery.rollback[0].commands[0].run.removeprefix("sudo ")
    script = f"nft --file {path} && nft --file {path} && nft --json list ruleset && {undo} && nft list ruleset"
    done = subprocess.run(["unshare", "--net", "sh", "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told, _newline, after = done.stdout.partition("\n")
    rules = json.loads(told)["nftables"]
    (chain,) = (each["chain"] for each in rules if each.get("chain", {}).get("hook") == "input")
    assert chain["policy"] == "drop"
    assert {"set": [80, 443]} in [
        expression["match"]["right"]
        for each in rules
        for expression in each.get("rule", {}).get("expr", [])
        if "match" in expression
    ]
    assert after.strip() == ""
