"""How files are judged: alone, in time, in order, and without a trace left behind."""

import asyncio
import os
import select
import tempfile
from pathlib import Path

import anyio.to_thread
import pytest

from resources.catalogue import speaking
from tools.context import Deps
from tools.delivery import File, Validation
from tools.guard.process import find_program
from tools.guard.workspace import Workspace
from tools.validate.checker import Source
from tools.validate.judge import judge
from tools.validate.validate import validate, validate_files

WORKFLOW = ".github/workflows/ci.yml"
CALLER = """\
on: push
permissions: {}
jobs:
  call:
    runs-on: gpu-box
    steps:
      - uses: ./.github/actions/greet
        with:
          nme: world
"""
ACTION = """\
name: Greet
description: d
inputs:
  name:
    description: d
runs:
  using: node24
  main: dist/index.js
"""
QUOTELESS = """\
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: |
          # shellcheck disable=SC2086
          rm $A/x
"""
UNLIMITED = """\
name: a
on: push # zizmor: ignore[concurrency-limits]
permissions: {}
jobs:
  a:
    name: a
    runs-on: ubuntu-24.04
    steps:
      - run: 'true'
"""


def needs(*programs: str) -> None:
    missing = [name for name in programs if find_program(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


def lay_out(root: Path, files: dict[str, str]) -> Deps:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    return Deps(workspace=Workspace.at(root), language="en")


def by(tool: str, validations: list[Validation]) -> Validation:
    return next(each for each in validations if each.tool == tool)


async def test_a_workflow_is_judged_with_the_local_action_it_calls(tmp_path: Path) -> None:
    needs("actionlint")
    files = {
        WORKFLOW: CALLER,
        ".github/actions/greet/action.yml": ACTION,
        ".github/actions/greet/dist/index.js": "//\n",
    }
    report = await validate(lay_out(tmp_path, files), [WORKFLOW])
    messages = [each.message for each in by("actionlint", report.validations).findings if each.rule == "action"]
    assert len(messages) == 1
    assert '"nme" is not defined' in messages[0]


async def test_a_changed_companion_is_judged_anew(tmp_path: Path) -> None:
    needs("actionlint")
    deps = lay_out(tmp_path, {WORKFLOW: CALLER, "action.yml": ACTION, "dist/index.js": ""})
    path = ".github/actions/greet/action.yml"
    before = await validate(deps, [WORKFLOW])
    lay_out(tmp_path, {path: ACTION, ".github/actions/greet/dist/index.js": ""})
    after = await validate(deps, [WORKFLOW])
    assert len(by("actionlint", after.validations).findings) > len(by("actionlint", before.validations).findings)


async def test_declared_runner_labels_are_known_but_patterns_are_not(tmp_path: Path) -> None:
    needs("actionlint")
    declared = {WORKFLOW: CALLER, ".github/actionlint.yaml": "self-hosted-runner:\n  labels: [gpu-box]\n"}
    report = await validate(lay_out(tmp_path / "declared", declared), [WORKFLOW])
    assert "runner-label" not in {each.rule for each in by("actionlint", report.validations).findings}
    anything = {**declared, ".github/actionlint.yaml": "self-hosted-runner:\n  labels: ['*']\n"}
    report = await validate(lay_out(tmp_path / "anything", anything), [WORKFLOW])
    assert "runner-label" in {each.rule for each in by("actionlint", report.validations).findings}


@pytest.mark.parametrize(
    ("tool", "path", "content", "rule", "line"),
    [
        ("shellcheck", "a.sh", '#!/bin/sh\n# shellcheck disable=SC2086\nrm $1/x\n', "SC2086", 3),
        ("shellcheck", "a.sh", '#!/bin/sh\n# shellcheck source=/dev/null disable=SC2086\nrm $1/x\n', "SC2086", 3),
        ("actionlint", WORKFLOW, QUOTELESS, "SC2086", 8),
        ("zizmor", WORKFLOW, UNLIMITED, "concurrency-limits", 2),
    ],
)  # fmt: skip
async def test_what_a_comment_silences_is_told_as_suppressed(
    tool: str, path: str, content: str, rule: str, line: int
) -> None:
    needs(tool, "shellcheck")
    said = by(tool, await judge([Source(path, content.encode())]))
    assert said.status == "passed", said
    assert [(each.rule, each.line) for each in said.suppressed] == [(rule, line)]


async def test_a_repository_cannot_pose_as_the_users_home(tmp_path: Path) -> None:
    needs("shellcheck", "shfmt")
    # The file's own folder is the working directory of the tools: what lies beside it must not count.
    rc = {
        ".config/shellcheckrc": "disable=all\n",
        ".shellcheckrc": "disable=all\n",
        "sub/.shellcheckrc": "disable=all\n",
    }
    report = await validate(lay_out(tmp_path, {**rc, "sub/a.sh": "#!/bin/sh\nrm $1/x\n"}))
    assert [each.rule for each in by("shellcheck", report.validations).findings] == ["SC2086"]


async def test_without_shellcheck_run_blocks_are_said_not_to_be_judged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    needs("actionlint")
    program = find_program("actionlint") or ""
    (tmp_path / "actionlint").write_text(f'#!/bin/sh\nexec "{program}" "$@"\n')
    (tmp_path / "actionlint").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    content = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: rm $A/x\n"
    with speaking("en"):
        said = by("actionlint", await judge([Source(WORKFLOW, content.encode())]))
    assert said.status == "not_validated"
    assert "shellcheck is absent" in (said.reason or "")


async def test_a_tool_that_takes_too_long_is_never_a_pass(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake = tmp_path / "bin" / "shellcheck"
    fake.parent.mkdir()
    fake.write_text('#!/bin/sh\n[ "$1" = --version ] && echo 9.9.9 && exit\nexec sleep 1000\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:/usr/bin:/bin")
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    said = by("shellcheck", await judge([Source("slow.sh", b"#!/bin/sh\necho slow\n")], limit=0.5))
    assert said.status == "not_validated"
    assert said.reason


async def test_cancelling_leaves_no_process_and_no_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mark = tmp_path / "started"
    os.mkfifo(mark)
    fake = tmp_path / "bin" / "shellcheck"
    fake.parent.mkdir()
    # A tool that never ends, with a child that outlives it if only the tool is killed.
    fake.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo 9.9.9 && exit\nsleep 1000 &\necho $! $$ >{mark}\nwait\n')
    fake.chmod(0o755)
    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setenv("PATH", f"{fake.parent}:/usr/bin:/bin")
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setattr(tempfile, "tempdir", str(private))
    task = asyncio.create_task(judge([Source("endless.sh", b"#!/bin/sh\necho endless\n")]))
    pids = (await anyio.to_thread.run_sync(mark.read_text)).split()  # waits for the tool to write
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert all(_ends(int(pid)) for pid in pids)
    assert list(private.iterdir()) == []


def _ends(pid: int) -> bool:
    """Whether the killed process is gone within moments: a signal is not instantaneous."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], 5)[0])
    finally:
        os.close(descriptor)


async def test_results_are_remembered_in_the_language_they_were_asked_in() -> None:
    needs("shfmt")
    source = Source("tongue.sh", b"#!/bin/sh\nif true; then\n\techo  x\nfi\n")
    with speaking("en"):
        english = by("shfmt", await judge([source]))
        assert by("shfmt", await judge([source])) is english
    with speaking("fr"):
        assert by("shfmt", await judge([source])) is not english


async def test_generated_files_are_judged_before_they_are_on_disk() -> None:
    file = File(path="devops.yaml", content="service: shop\nversion: 2\n", purpose="brief")
    said = by("devops.yaml schema", await validate_files([file]))
    assert [(each.line, each.severity) for each in said.findings] == [(2, "error")]


@pytest.mark.parametrize("path", ["chart/templates/app.yaml", "app.yaml"])
async def test_templates_of_yaml_are_not_taken_for_yaml(path: str) -> None:
    content = b"kind: Service\n{{- if .Values.on }}\nspec: {{ .Values.spec }}\n{{- end }}\n"
    assert await judge([Source(path, content)]) == []


@pytest.mark.parametrize(
    "content",
    [
        b"a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: &d [*c,*c]\ne: [*d,*d,*d,*d]\n",
        b"a: !Ref x\nb: !GetAtt [x, y]\n---\nc: !!python/object:os.system {}\n",
        b"x: &x {a: 1}\ny:\n  <<: *x\n  <<: *x\n",
        "\ufeffa: 1\n".encode(),
        "a: 1\n".encode("utf-16"),
        b"",
        b"# nothing\n",
        b"? [a, b]\n: c\n",
    ],
)
async def test_yaml_that_is_unusual_but_right_passes(content: bytes) -> None:
    said = by("ruamel.yaml", await judge([Source("x.yaml", content)]))
    assert (said.status, said.findings) == ("passed", [])


@pytest.mark.parametrize(
    ("content", "rule", "line"),
    [
        (b"a: 1\nb: \xff\n", "encoding", 2),
        (b"a: [1, 2\n", "syntax", 2),
        (b"[" * 5_000, "nesting", None),
        (b"a:\n  b: 1\n  c: 2\n  b: 3\n---\nd: 1\nd: 2\n", "duplicate-key", 4),
        (b"a:\n  b: 1\n  c: 2\n  b: 3\n---\nd: 1\nd: 2\n", "duplicate-key", 7),
        (b"a: 1\n\x00b: 2\n", "syntax", None),
        (b"a: *nowhere\n", "syntax", 1),
    ],
)
async def test_wrong_yaml_is_told_with_its_line(content: bytes, rule: str, line: int | None) -> None:
    said = by("ruamel.yaml", await judge([Source("x.yaml", content)]))
    assert (rule, line) in {(each.rule, each.line) for each in said.findings}


@pytest.mark.parametrize(
    ("content", "rule", "line"),
    [
        (b'{"a": 1,\n "b": 2,\n "a": 3}', "duplicate-key", 3),
        (b'{"a": NaN}', "syntax", None),
        (b"[" * 100_000, "nesting", None),
        (b'{"a": "\xff"}', "encoding", 1),
        (b"", "syntax", 1),
        (b'\xef\xbb\xbf{"a": 1}', "syntax", 1),
    ],
)
async def test_wrong_json_is_told(content: bytes, rule: str, line: int | None) -> None:
    said = by("json", await judge([Source("x.json", content)]))
    assert [(each.rule, each.line) for each in said.findings] == [(rule, line)]


@pytest.mark.parametrize(
    "style",
    [
        "\tif true; then\n\t\techo x\n\tfi\n",
        "  case x in\n  a) echo x ;;\n  esac\n",
        "  case x in\n    a) echo x ;;\n  esac\n",
        "    if true; then\n        echo x\n    fi\n",
        "  true \\\n    && echo x > y\n",
    ],
)
async def test_shfmt_judges_by_the_style_the_script_chose(style: str) -> None:
    needs("shfmt")
    said = by("shfmt", await judge([Source("x.sh", f"#!/bin/sh\nf() {{\n{style}}}\nf\n".encode())]))
    assert (said.status, said.findings) == ("passed", [])
