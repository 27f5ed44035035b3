"""A service is ready when nothing of the list is missing; each thing that is missing is named, with what says so."""

import datetime as dt
from pathlib import Path

import pytest

from resources.catalogue import set_language
from tools.context import Deps
from tools.guard.workspace import Workspace
from tools.standards.audit_standards import Audit, audit_standards

TODAY = dt.datetime.now(dt.UTC).date()
RECENT, LONG_AGO = TODAY - dt.timedelta(days=30), TODAY - dt.timedelta(days=400)
BRIEF = f"""service: shop
context:
  components:
    - path: .
      name: shop
      needs: [postgres]
  environments:
    - {{name: staging}}
    - {{name: prod, url: "https://shop.example.com"}}
  operations:
    on_call: Payments
    rollback_rehearsed: {RECENT}
    restore_rehearsed: {RECENT}
constraints:
  budget_per_month: 200
"""
EVERYTHING = {
    "devops.yaml": BRIEF,
    "requirements.txt": "fastapi==0.115.0\nuvicorn==0.30.0\npsycopg==3.2.0\n",
    "main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/healthz')\ndef health() -> dict[str, str]:\n    return {}\n",
    "alerts.yml": "groups:\n  - name: shop\n    rules:\n      - alert: ShopDown\n        expr: up{job='shop'} == 0\n",
    "docs/runbooks/ShopDown.md": "# ShopDown\n",
    "nginx.conf": "server {\n  listen 443 ssl;\n  ssl_certificate a.pem;\n}\n",
    "backup.sh": "#!/bin/sh\n# Dumps the database of the shop every night.\npg_dump --dbname service=shop\n",
    "deploy.sh": "#!/bin/sh\n# Deploys the shop, or takes the rollback with --undo.\nkubectl rollout undo deployment/shop\nkubectl apply -k deploy\n",
}  # fmt: skip
CASES: dict[str, tuple[dict[str, str | None], str, str]] = {
    "probes": ({"main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n"}, "fail", "healthy"),
    "alerts": ({"alerts.yml": None}, "fail", "generate_observability"),
    "runbook": ({"docs/runbooks/ShopDown.md": None}, "fail", "generate_runbook"),
    "on_call": ({"devops.yaml": BRIEF.replace("    on_call: Payments\n", "")}, "fail", "on_call"),
    "tls": ({"nginx.conf": "server {\n  listen 80;\n  location / { proxy_pass http://a; }\n}\n"}, "fail", "nginx.conf:2"),
    "backup": ({"backup.sh": None}, "fail", "."),
    "restore_tested": ({"devops.yaml": BRIEF.replace(f"restore_rehearsed: {RECENT}", f"restore_rehearsed: {LONG_AGO}")}, "fail", str(LONG_AGO)),
    "rollback": ({"deploy.sh": "#!/bin/sh\n# Deploys the shop to production.\nkubectl apply -k deploy\n"}, "fail", "deploy.sh:3"),
    "rollback_rehearsed": ({"devops.yaml": BRIEF.replace(f"    rollback_rehearsed: {RECENT}\n", "")}, "unknown", "context.operations"),
    "cost": ({"devops.yaml": BRIEF.replace("constraints:\n  budget_per_month: 200\n", "")}, "unknown", "budget_per_month"),
}  # fmt: skip


async def _audited(folder: Path, changes: dict[str, str | None]) -> Audit:
    for name, text in {**EVERYTHING, **changes}.items():
        if text is not None:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
    set_language("en")
    return await audit_standards(Deps(workspace=Workspace.at(folder), language="en"))


async def test_a_service_that_has_everything_is_ready(tmp_path: Path) -> None:
    (service,) = (await _audited(tmp_path, {})).readiness
    assert {name: each.result for name, each in service.aspects.items()} == dict.fromkeys(CASES, "pass")
    assert service.verdict == "ready"
    assert all(each.says for each in service.aspects.values())


@pytest.mark.parametrize("name", CASES)
async def test_each_thing_that_is_missing_is_the_only_one_that_is_told(name: str, tmp_path: Path) -> None:
    changes, result, says = CASES[name]
    (service,) = (await _audited(tmp_path, changes)).readiness
    wrong = {each: aspect for each, aspect in service.aspects.items() if aspect.result != "pass"}
    assert set(wrong) == {name}, wrong
    assert wrong[name].result == result
    assert says in wrong[name].says
    assert service.verdict == {"fail": "not_ready", "unknown": "unknown"}[result]


async def test_one_service_is_not_healthy_because_another_one_is(tmp_path: Path) -> None:
    two = BRIEF.replace(
        "    - path: .\n      name: shop\n",
        "    - path: api\n      name: api\n      kind: service\n    - path: shop\n      name: shop\n      kind: service\n",
    )
    probe = 'services:\n  api:\n    image: a:1\n    healthcheck: {test: [CMD, "true"]}\n'
    audit = await _audited(tmp_path, {"devops.yaml": two, "main.py": None, "requirements.txt": None, "compose.yaml": probe})  # fmt: skip
    told = {each.service: each.aspects["probes"].result for each in audit.readiness}
    assert told == {"api": "pass", "shop": "fail"}
