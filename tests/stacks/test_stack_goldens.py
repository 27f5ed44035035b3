"""Every folder of tests/golden/stacks is a repository and the whole project that must be read from it.

`UPDATE_GOLDENS=1 pytest tests/stacks` rewrites the expectations; read the difference before committing it.
"""

import json
import os
from pathlib import Path

import pytest

from resources.catalogue import speaking
from tools.stacks.detect import inspect

GOLDENS = Path(__file__).parents[1] / "golden" / "stacks"
EXAMPLES = sorted(folder.name for folder in GOLDENS.iterdir() if folder.is_dir())


@pytest.mark.parametrize("example", EXAMPLES)
async def test_a_repository_is_read_as_its_golden_says(example: str) -> None:
    folder = GOLDENS / example
    assert (folder / "repo").is_dir(), f"{example} has no repo/ to read"
    with speaking("en"):
        project = await inspect(folder / "repo")
    text = json.dumps(project.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"
    expected = folder / "expected.json"
    if os.environ.get("UPDATE_GOLDENS"):
        expected.write_text(text, encoding="utf-8")
    assert expected.is_file(), f"{example} has no expected.json: run UPDATE_GOLDENS=1 pytest tests/stacks"
    assert json.loads(text) == json.loads(expected.read_text(encoding="utf-8"))


def test_every_golden_is_an_example_with_a_repository() -> None:
    strays = [path.name for path in GOLDENS.iterdir() if not (path / "repo").is_dir()]
    strays += [
        f"{example}/{path.name}"
        for example in EXAMPLES
        for path in (GOLDENS / example).iterdir()
        if path.name not in {"repo", "expected.json"}
    ]
    assert not strays, f"not part of any example: {strays}"


@pytest.mark.parametrize("example", EXAMPLES)
async def test_every_field_of_a_golden_cites_a_line_that_exists(example: str) -> None:
    repository = GOLDENS / example / "repo"
    project = await inspect(repository)
    for component in project.components:
        told = {name for name, value in component if value not in (None, [], {}) and name != "evidence"}
        assert told - component.evidence.keys() == set()
        for citation in [*component.evidence.values(), *(variable.source for variable in component.variables)]:
            assert citation is not None
            path, _, line = citation.rpartition(":")
            lines = (repository / path).read_text(encoding="utf-8").split("\n")
            assert 1 <= int(line) <= len(lines), citation
