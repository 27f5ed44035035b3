"""Each checker, by the real tool, on a faulty file (the exact rule and line) and on a clean one."""

import shutil
from pathlib import Path

import pytest

from tools.context import Deps
from tools.delivery import Validation
from tools.guard.errors import NotFoundError, WorkspaceError
from tools.guard.process import find_program
from tools.guard.workspace import Workspace
from tools.validate.checker import Source
from tools.validate.judge import judge
from tools.validate.registry import CHECKERS
from tools.validate.validate import validate

WORKFLOW = ".github/workflows/ci.yml"
CLEAN = """\
name: CI
on:
  push:
    branches: [main]
concurrency:
  group: ci-${{ github.ref }}
  cancel-in-progress: true
permissions: {}
jobs:
  hello:
    name: Hello
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - name: Say hello
        run: echo "hello"
"""
INJECTION = CLEAN.replace('echo "hello"', "echo ${{ github.event.issue.title }}")
COMPOSE = """\
services:
  web:
    image: nginx:1.27.3@sha256:0000000000000000000000000000000000000000000000000000000000000000
    privileged: false
    read_only: true
    user: "1000"
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
    mem_limit: 64m
    cpus: 0.5
    pids_limit: 100
    healthcheck:
      test: ["CMD", "true"]
"""
STACK = "services:\n  web:\n    image: nginx:1.27.3\n    deploy: {replicas: 2}\n"
MANIFEST = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ports:
    - port: 80
"""
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - {name: a, image: b}\n"
IMAGE = "FROM debian:12\nUSER app\nHEALTHCHECK CMD true\n"
RULES = "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n"
SCRAPE = "scrape_configs:\n  - job_name: a\n"
ALERTS = "route: {receiver: a}\nreceivers: [{name: a}]\n"
CHART = "apiVersion: v2\nname: a\nversion: 0.1.0\n"
BLUEPRINT = "services:\n  - type: web\n    name: a\n    runtime: docker\n"
# tool, path, faulty content, rule, line, clean content
SITE = "server {\n    listen 127.0.0.1:8080;\n    location / {\n        proxy_pass http://api;\n    }\n}\n"
RULESET = "table inet a {\n    chain b {\n        tcp dport 22 accept\n    }\n}\n"
CASES = [
    ("actionlint", WORKFLOW, INJECTION, "expression", 16, CLEAN),
    ("actionlint", WORKFLOW, CLEAN.replace('"hello"', "$HELLO"), "SC2086", 16, CLEAN),
    ("zizmor", WORKFLOW, INJECTION, "template-injection", 16, CLEAN),
    ("check-jsonschema", WORKFLOW, CLEAN.replace("timeout-minutes: 5", "timeout: 5"), "schema", 13, CLEAN),
    ("ruamel.yaml", "k.yaml", "a: 1\nb: 2\na: 3\n", "duplicate-key", 3, "a: 1\n"),
    ("ruamel.yaml", "k.yaml", "a: 1\n\tb: 2\n", "syntax", 2, "a: 1\nb: 2\n"),
    ("json", "k.json", '{\n  "a": 1,\n}\n', "syntax", 3, '{"a": 1}'),
    ("devops.yaml schema", "devops.yaml", "service: shop\nlangage: fr\n", "unknown-field", 2, "service: shop\n"),
    ("shellcheck", "run.sh", "#!/bin/sh\nrm $1/x\n", "SC2086", 2, '#!/bin/sh\nrm "$1/x"\n'),
    ("shellcheck", "tool", "#!/usr/bin/env bash\ncd /x\n", "SC2164", 2, "#!/usr/bin/env bash\ncd /x || exit\n"),
    (
        "shfmt",
        "run.sh",
        "#!/bin/sh\nif true; then\n\techo  x\nfi\n",
        "format",
        3,
        "#!/bin/sh\nif true; then\n  echo x\nfi\n",
    ),
    ("shfmt", "run.sh", "#!/bin/sh\nif true; then\n", "syntax", 2, "#!/bin/sh\ntrue\n"),
    ("hadolint", "Dockerfile", "FROM debian\n", "DL3006", 1, "FROM debian:12\n"),
    ("hadolint", "web.Dockerfile", "FROM debian:12\nRUN rm $A/x\n", "SC2086", 2, "FROM debian:12\n"),
    ("hadolint", "Dockerfile.web", "FROM debian:12\nRUNN x\n", "DL1000", 2, "FROM debian:12\n"),
    ("compose-lint", "compose.yaml", COMPOSE.replace("privileged: false", "privileged: true"), "CL-0002", 4, COMPOSE),
    ("check-jsonschema", "compose.yaml", COMPOSE + "    imge: x\n", "schema", 14, COMPOSE),
    ("check-jsonschema", ".gitlab-ci.yml", "a:\n  script: [x]\n  stge: y\n", "schema", 3, "a:\n  script: [x]\n"),
    ("docker compose", "compose.yaml", COMPOSE + "    depends_on: [nobody]\n", "compose", None, COMPOSE),
    ("docker stack", "docker-stack.yml", STACK + "    imge: x\n", "stack", None, STACK),
    ("kubectl kustomize", "k/kustomization.yaml", "resources: [absent.yaml]\n", "kustomize", None, "namePrefix: a-\n"),
    ("kubernetes-validate", "k8s/web.yaml", MANIFEST.replace("port: 80", "port: '80'"), "schema", 11, MANIFEST),
    ("kubernetes-validate", "k8s/web.yaml", MANIFEST + "  selektor: {}\n", "schema", 12, MANIFEST),
    ("platform schema", "render.yaml", BLUEPRINT + "    healthCheckTimeout: 3\n", "schema", 5, BLUEPRINT),
    ("platform schema", "render.yaml", BLUEPRINT.replace("web", "keyvalue"), "schema", 2, BLUEPRINT),
    ("platform schema", "railway.json", '{\n"deploy": {\n"numReplicas": "2"}}\n', "schema", 3, '{"deploy": {"numReplicas": 2}}'),
    ("platform schema", "vercel.json", '{\n"framework": "cobol"}\n', "schema", 2, '{"framework": null}'),
    ("platform schema", "vercel.json", '{"routes": [], "rewrites": []}\n', "schema", 1, '{"rewrites": []}'),
    ("helm lint", "Chart.yaml", CHART + "foo: 1\n", "helm", None, CHART),
    ("helm template", "Chart.yaml", CHART + "kubeVersion: '>=99'\n", "helm", None, CHART),
    ("promtool", "rules.yml", RULES.replace("up == 0", "up =="), "promtool", 5, RULES),
    ("promtool", "prometheus.yml", SCRAPE + "    foo: 1\n", "promtool", 3, SCRAPE),
    ("amtool", "alertmanager.yml", "route: {receiver: a}\nreceivers: []\n", "amtool", None, ALERTS),
    ("gixy", "site.conf", SITE.replace("http://api", "http://$arg_to"), "ssrf", 4, SITE),
    ("nginx -t", "site.conf", SITE.replace("proxy_pass", "proxy_pas"), "nginx", 4, SITE),
    ("nft", "nftables.conf", RULESET.replace("dport", "dprt"), "nft", 3, RULESET),
    ("terraform fmt", "main.tf", 'locals {\n  a=1\n  b = "x"\n}\n', "format", 2, 'locals {\n  a = 1\n  b = "x"\n}\n'),
    ("terraform fmt", "main.tf", "locals {\n  a = \n}\n", "syntax", 2, "locals {\n  a = 1\n}\n"),
    ("toml", "fly.toml", 'app = "shop"\nport = 8000x\n', "syntax", 2, 'app = "shop"\n'),
    ("toml", "fly.toml", 'app = "shop"\napp = "till"\n', "syntax", 2, 'app = "shop"\n'),
    ("checkov", "Dockerfile", IMAGE.replace(":12", ""), "CKV_DOCKER_7", 1, IMAGE),
]  # fmt: skip


PROGRAMS = {checker.NAME: checker.PROGRAMS for checker in CHECKERS}


async def _by(tool: str, path: str, content: str) -> Validation:
    return next(each for each in await judge([Source(path, content.encode())]) if each.tool == tool)


@pytest.mark.parametrize(
    ("tool", "path", "faulty", "rule", "line", "clean"), CASES, ids=[f"{case[0]}-{case[3]}" for case in CASES]
)
async def test_each_checker_finds_the_fault_and_passes_the_clean_file(
    tool: str, path: str, faulty: str, rule: str, line: int | None, clean: str, request: pytest.FixtureRequest
) -> None:
    if tool == "checkov":
        request.getfixturevalue("checkov")
    if not any(find_program(name) for name in PROGRAMS[tool] or ("python3",)):
        pytest.skip(f"{tool} is not installed")
    found = await _by(tool, path, faulty)
    if tool == "docker compose" and found.status == "not_validated":
        pytest.skip(found.reason or "")
    assert found.status == "failed"
    assert (rule, line) in {(each.rule, each.line) for each in found.findings}
    passed = await _by(tool, path, clean)
    if tool == "nft" and passed.status == "not_validated":  # only who may change the firewall may try rules
        pytest.skip(passed.reason or "")
    assert (passed.status, passed.findings) == ("passed", [])
    assert passed.version


async def test_checkov_judges_every_file_of_a_call_in_one_run_and_each_by_itself(checkov: None) -> None:
    contents = {
        "a/Dockerfile": IMAGE,
        "b/Dockerfile": IMAGE.replace(":12", ""),
        "c/Dockerfile": "FROM\n",
        "d/.checkov.yaml": "skip-check: [CKV_DOCKER_7]\n" + POD,
        "e.tf": 'resource "a" {\n',
        "f.tf": 'resource "aws_s3_bucket" "a" {\n  #checkov:skip=CKV_AWS_18: b\n}\n',
    }
    judged = await judge([Source(path, text.encode()) for path, text in contents.items()])
    told = {each.path: each for each in judged if each.tool == "checkov"}
    assert {path: each.status for path, each in told.items()} == {
        "a/Dockerfile": "passed",
        "b/Dockerfile": "failed",
        "c/Dockerfile": "not_validated",
        "d/.checkov.yaml": "failed",
        "e.tf": "not_validated",
        "f.tf": "failed",
    }
    assert [(each.rule, each.message.split(":")[0]) for each in told["b/Dockerfile"].findings] == [
        ("CKV_DOCKER_7", "b/Dockerfile.FROM")
    ]
    assert [each.rule for each in told["f.tf"].suppressed] == ["CKV_AWS_18"]
    # What could not be judged among the others was looked at again alone.
    assert len({each.duration for each in told.values() if each.status != "not_validated"}) == 1


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ("    environment: {A: '${A:?}', B: '${B:-x}', C: $C}\n    mem_reservation: ${SIZE}\n", []),
        ("    stop_grace_period: ${GRACE}\n    profiles: [dev]\n", []),
        ("    environment: {A: '${A:?}'}\n    networks: [nowhere]\n", ["undefined network nowhere"]),
        ("    profiles: [dev]\n    depends_on: [nobody]\n", ["undefined service"]),
        ("    bogus: 1\n    environment: {A: '${A:?}'}\n", ["additional properties 'bogus' not allowed"]),
        ("    environment: {A: '${COMPOSE_FILE}', B: '${DOCKER_HOST}'}\n", []),
    ],
)
async def test_compose_looks_at_references_whatever_the_variables(added: str, said: list[str]) -> None:
    found = await _by("docker compose", "compose.yaml", COMPOSE + added)
    if found.status == "not_validated":
        pytest.skip(found.reason or "")
    assert found.status == ("failed" if said else "passed")
    assert [text in each.message for text, each in zip(said, found.findings, strict=True)] == [True] * len(said)


def test_every_checker_has_a_case() -> None:
    # The scanner of secrets speaks only where there is one: it has its own tests.
    assert {checker.NAME for checker in CHECKERS} == {case[0] for case in CASES} | {"scan_secrets"}


async def test_an_absent_tool_is_never_a_pass(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    content = "#!/bin/sh\necho never seen before\n"
    for tool in ("shellcheck", "shfmt"):
        said = await _by(tool, "absent.sh", content)
        assert said.status == "not_validated"
        assert tool in (said.reason or "")


async def test_a_tool_that_crashes_is_never_a_pass(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake = tmp_path / "shellcheck"
    fake.write_text("#!/bin/sh\necho broken >&2\nexit 70\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    said = await _by("shellcheck", "crash.sh", "#!/bin/sh\necho crash\n")
    assert (said.status, said.exit_status) == ("not_validated", 70)
    assert "broken" in (said.reason or "")


async def test_a_repository_cannot_silence_its_judges(tmp_path: Path) -> None:
    if not all(find_program(name) for name in ("actionlint", "zizmor", "shellcheck")):
        pytest.skip("actionlint, zizmor or shellcheck is not installed")
    files = {
        WORKFLOW: INJECTION,
        ".github/actionlint.yaml": "paths:\n  '**/*.yml':\n    ignore: ['.*']\n",
        ".github/zizmor.yml": "rules:\n  template-injection:\n    disable: true\n",
        ".shellcheckrc": "disable=all\n",
        "run.sh": "#!/bin/sh\nrm $1/x\n",
        ".editorconfig": "root = true\n[*]\nignore = true\n",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    report = await validate(Deps(workspace=Workspace.at(tmp_path), language="en"))
    rules = {finding.rule for each in report.validations for finding in each.findings}
    assert {"expression", "template-injection", "SC2086"} <= rules


async def test_validate_says_which_named_files_no_checker_knows(tmp_path: Path) -> None:
    (tmp_path / "poem.txt").write_text("roses\n")
    report = await validate(Deps(workspace=Workspace.at(tmp_path), language="en"), ["poem.txt"])
    assert (report.unknown, report.validations) == (["poem.txt"], [])


async def test_validate_refuses_missing_and_outside_files(tmp_path: Path) -> None:
    deps = Deps(workspace=Workspace.at(tmp_path), language="en")
    with pytest.raises(WorkspaceError):
        await validate(deps, ["../etc/passwd"])
    with pytest.raises(NotFoundError):
        await validate(deps, ["missing.yml"])
    with pytest.raises(NotFoundError):
        await validate(deps, ["*.nothing"])


async def test_results_come_in_the_same_order_every_time(tmp_path: Path) -> None:
    shutil.copytree(Path(__file__).parents[2] / ".ci", tmp_path / "scripts")
    (tmp_path / "b.yaml").write_text("b: 1\n")
    (tmp_path / "a.yaml").write_text("a: 1\n")
    deps = Deps(workspace=Workspace.at(tmp_path), language="en")
    first, second = await validate(deps), await validate(deps)
    assert first == second
    assert [each.path for each in first.validations] == sorted(each.path for each in first.validations)


@pytest.mark.skipif(find_program("gixy") is None, reason="gixy is not installed")
@pytest.mark.parametrize("broken", [SITE.replace("}\n}", "}"), SITE.replace("127", '"127'), SITE + "}\n"])
async def test_gixy_says_nothing_of_a_site_it_cannot_read_and_so_it_is_no_pass(broken: str) -> None:
    assert (await _by("gixy", "site.conf", broken)).status != "passed"
