"""Which paths may be written without a question, which wait for a person, and which nobody may write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.files.write_rules import judge_path

parts = st.text(alphabet="abcXYZ019._- é", min_size=1, max_size=8).filter(lambda part: part.strip(". "))
folders = st.lists(parts, max_size=4)
invisible = st.sampled_from(["", "\u200b", "\u200d", "\ufeff"])


@given(folders, st.sampled_from([".git", ".GIT", ".Git", ".git.", ".git ", "git~1", "GIT~2"]), invisible, folders)
def test_no_spelling_of_gits_own_folder_is_writable(above: list[str], git: str, hidden: str, below: list[str]) -> None:
    name = git[:2] + hidden + git[2:]
    assert judge_path("/".join([*above, name, *below])).verdict == "deny"


@given(folders, st.sampled_from(["Makefile", "MAKEFILE", "package.json", ".envrc", "main.tf", "Dockerfile", "x.pth"]))
def test_files_that_others_run_ask_in_every_folder_and_case(above: list[str], name: str) -> None:
    assert judge_path("/".join([*above, name])).verdict in {"ask", "deny"}


@given(folders, folders)
def test_everything_under_workflows_asks(above: list[str], below: list[str]) -> None:
    assert judge_path("/".join([*above, ".github", "workflows", *below, "x.yml"])).verdict in {"ask", "deny"}


@pytest.mark.parametrize(
    "path", ["README.md", "src/app.py", "docs/a b.txt", "api/routes/users.ts", "data/sample.json", ".gitignore", "gitlab.md",
             "notes/github.txt", "src/environment.py", "tests/test_docker.py", "src/policy.toml.py", "LICENSE"],
)  # fmt: skip
def test_ordinary_files_need_no_question(path: str) -> None:
    assert judge_path(path).verdict == "allow"
