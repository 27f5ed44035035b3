"""The house's walls: imports run one way, and each danger has one door."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN = {"resources": {"server", "tools"}, "tools": {"server"}, "tools/guard": {"server"}}
SOURCES = sorted(path for folder in ("server", "tools", "resources") for path in (ROOT / folder).rglob("*.py"))
SHARED = {"resources", "tools.guard"}


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where code comes from"
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_run_one_way(path: Path) -> None:
    folder = path.relative_to(ROOT).parts[0]
    upward = {name for name in _imports(path) if name.split(".")[0] in FORBIDDEN.get(folder, set())}
    assert not upward, f"{path} imports upward: {upward}"


def test_the_guard_imports_no_capability() -> None:
    shared = {f"tools.{path.stem}" for path in (ROOT / "tools").glob("*.py")} - {"tools.deliver", "tools.resolve_brief"}
    for path in (ROOT / "tools/guard").rglob("*.py"):
        capabilities = {
            name
            for name in _imports(path)
            if name.startswith("tools.") and not name.startswith("tools.guard") and name not in shared
        }
        assert not capabilities, f"{path} imports {capabilities}"


def test_subprocesses_start_only_in_the_process_runner() -> None:
    doors = {
        "create_subprocess_exec",
        "create_subprocess_shell",
        "Popen",
        "system",
        "popen",
        "execv",
        "execve",
        "spawnv",
    }
    for path in SOURCES:
        if path.relative_to(ROOT).as_posix() == "tools/guard/process.py":
            continue
        tree = ast.parse(path.read_text())
        assert "subprocess" not in _imports(path), f"{path} imports subprocess"
        used = {
            node.func.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in doors
        }
        assert not used, f"{path} starts processes: {used}"


def test_nothing_prints_to_standard_output_but_the_command_line() -> None:
    for path in SOURCES:
        where = path.relative_to(ROOT).as_posix()
        if where.startswith("server/commands/"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                assert any(keyword.arg == "file" for keyword in node.keywords), (
                    f"{where}:{node.lineno} prints to stdout"
                )


def test_every_module_opens_with_one_sentence_saying_what_it_is_for() -> None:
    for path in SOURCES:
        assert ast.get_docstring(ast.parse(path.read_text())), f"{path} has no docstring"


def test_broad_excepts_do_not_exist() -> None:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ExceptHandler):
                broad = node.type is None or (
                    isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}
                )
                reraises = any(isinstance(each, ast.Raise) and each.exc is None for each in ast.walk(node))
                assert not broad or reraises, f"{path}:{node.lineno} swallows bugs"
