"""A secret that lies in the repository is in no answer, no resource and no record, whatever tool looks at it."""

import json
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from server.app import build_server
from server.gatehouse import build_gate
from server.settings import Settings

PASSWORD = "Tr0ub4dor-9q7X2c"
TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
BRIEF: dict[str, Any] = {
    "service": "shop",
    "context": {
        "components": [
            {
                "path": ".", "name": "shop", "kind": "service", "language": "python", "port": 8000, "health_path": "/up",
                "start_command": "python app.py", "needs": ["postgres"],
                "variables": [
                    {"name": "DATABASE_PASSWORD", "secret": True, "source": "app.py:1"},
                    {"name": "API_TOKEN", "secret": True, "source": "app.py:2"},
                ],
            }
        ],
        "platform": {"target": "compose"},
        "pipeline": "github_actions",
    },
}  # fmt: skip
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("scan_secrets", {}),
    ("generate_secrets", {"brief": BRIEF}),
    ("generate_observability", {"brief": BRIEF}),
    ("generate_pipeline", {"brief": BRIEF}),
    ("generate_containers", {"brief": BRIEF}),
    ("generate_runbook", {"brief": BRIEF}),
    ("audit_standards", {}),
    ("inspect_project", {}),
    ("validate", {"paths": ["config.yaml"]}),
]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "app.py").write_text(
        'import os\nPASSWORD = os.environ["DATABASE_PASSWORD"]\nTOKEN = os.environ["API_TOKEN"]\n'
    )
    (folder / "requirements.txt").write_text("flask\n")
    (folder / ".env").write_text(f"DATABASE_PASSWORD={PASSWORD}\n")
    (folder / "config.yaml").write_text(f"database:\n  password: {PASSWORD}\ngithub:\n  token: {TOKEN}\n")
    return folder


async def test_no_answer_resource_or_record_holds_a_planted_secret(shop: Path) -> None:
    settings = Settings(workspace=shop, language="en")
    found: list[str] = []
    async with Client(build_server(settings)) as client:
        for tool, arguments in CALLS:
            result = await client.call_tool(tool, arguments)
            told = json.dumps(result.model_dump(mode="json"))
            assert not result.is_error, (tool, told[:500])
            found += [f"{tool}: {secret[:6]}" for secret in (PASSWORD, TOKEN) if secret in told]
            if tool == "scan_secrets":
                assert "config.yaml" in told  # it is found, and told without its value
            for block in result.content:
                if block.type == "resource_link":
                    page = (await client.read_resource(str(block.uri))).contents[0]
                    found += [f"{block.uri}" for secret in (PASSWORD, TOKEN) if secret in page.model_dump_json()]
    state = build_gate(settings).journal.state.directory
    for path in state.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found += [str(path) for secret in (PASSWORD, TOKEN) if secret.encode() in content]
    assert not found
