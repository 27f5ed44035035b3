"""The recipe for adding an ecosystem works as it is written."""

import re
import textwrap
from pathlib import Path
from types import ModuleType

import pytest

from tools.stacks.detect import detect
from tools.stacks.registry import ECOSYSTEMS
from tools.stacks.tree import Tree

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/adding-a-generator.md").read_text()


def test_the_example_of_the_recipe_recognises_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert found
    module = ModuleType("zig")
    exec(compile(textwrap.dedent(found[1]), "zig.py", "exec"), module.__dict__)
    monkeypatch.setitem(ECOSYSTEMS, module.NAME, module)
    (tmp_path / "build.zig").write_text(
        'const std = @import("std");\npub fn build(b: anytype) void {\n  b.step("test", "Run tests");\n}\n'
    )
    component = detect(Tree.of(tmp_path)).components[0]
    assert (component.language, component.build_command) == ("zig", "zig build")
    assert component.test_command == "zig build test"
    assert component.evidence["test_command"] == "build.zig:3"


def test_every_path_the_recipe_names_exists() -> None:
    named = {each for each in re.findall(r"`((?:tools|tests|resources)/[\w./-]+)`", PAGE) if "<" not in each}
    assert len(named) > 8
    missing = [each for each in named if not (ROOT / each).exists()]
    assert not missing


def test_every_development_command_the_recipe_names_exists() -> None:
    import dev

    assert set(re.findall(r"python3 dev\.py (\w+)", PAGE)) <= set(dev.COMMANDS)
