"""The walk: what it takes, what it leaves out, and that nothing a repository holds makes it fail or hang."""

import os
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.catalogue import speaking
from tools.stacks.detect import inspect
from tools.stacks.tree import Tree
from tools.stacks.walk import walk


def write(root: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return root


def test_installed_and_built_folders_are_not_walked(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "package.json": "{}",
            "node_modules/express/package.json": "{}",
            "dist/bundle.js": "",
            "build/out.js": "",
            "src/build/keep.js": "",
            ".venv/lib/site.py": "",
        },
    )
    assert sorted(walk(tmp_path).files) == ["package.json", "src/build/keep.js"]


def test_nested_gitignore_files_are_respected_as_git_does(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            ".gitignore": "*.log\n/secret/\n!keep.log\n",
            "a.log": "",
            "keep.log": "",
            "secret/x.py": "",
            "sub/secret/y.py": "",
            "sub/.gitignore": "!b.log\ngenerated/\n",
            "sub/b.log": "",
            "sub/generated/z.py": "",
        },
    )
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    listed = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard"], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert sorted(walk(tmp_path).files) == sorted(listed.stdout.split())


_PATTERN = st.sampled_from(
    ["*.py", "/a", "a/", "b", "a/b", "/a/*.txt", "**/c", "a/**", "!b.py", "!a/c", "*.t?t", "[ab].py", "c/", "a/*/c", "!*.py",
     "/*", "!/a/", "/*/", "a/**/c", "\\!x", "# note", "*"]
)  # fmt: skip
_NAME = st.sampled_from(["a", "b", "c"])
_FILE = st.sampled_from(["a.py", "b.py", "c.txt", "c", "!x"])
_PATH = st.tuples(st.lists(_NAME, max_size=4), _FILE).map(lambda parts: "/".join([*parts[0], "f", parts[1]]))


@settings(max_examples=100, deadline=None)
@given(
    root_rules=st.lists(_PATTERN, max_size=5),
    inner_rules=st.lists(_PATTERN, max_size=3),
    paths=st.sets(_PATH, min_size=1, max_size=8),
)
def test_any_gitignore_is_read_as_git_reads_it(
    tmp_path_factory: pytest.TempPathFactory, root_rules: list[str], inner_rules: list[str], paths: set[str]
) -> None:
    root = tmp_path_factory.mktemp("ignored")
    files = dict.fromkeys(paths, "")  # each in a folder `f`: files and folders of one name stay apart
    write(root, {**files, "a.py": "", ".gitignore": "\n".join(root_rules), "a/f/.gitignore": "\n".join(inner_rules)})
    git = ["git", "-c", "core.excludesFile=/dev/null", "-C", str(root)]
    subprocess.run([*git, "init", "-q"], check=True)
    listed = subprocess.run(
        [*git, "ls-files", "-z", "--others", "--exclude-standard"], check=True, capture_output=True, text=True
    ).stdout
    assert sorted(walk(root).files) == sorted(filter(None, listed.split("\0")))


def test_links_out_of_the_root_and_loops_are_left_out(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    root = write(tmp_path / "root", {"real.py": "x = 1\n", "sub/pyproject.toml": "[project]\nname = 'x'\n"})
    outside.mkdir()
    (outside / "secret.env").write_text("TOKEN=1")
    (root / "leak.env").symlink_to(outside / "secret.env")
    (root / "leak").symlink_to(outside)
    (root / "sub" / "loop").symlink_to(root)
    (root / "self").symlink_to(root / "self")
    (root / "alias.py").symlink_to(root / "real.py")
    tree = Tree.of(root)
    assert tree.files == ("alias.py", "real.py", "sub/pyproject.toml")
    assert tree.text("alias.py") == "x = 1\n"
    assert tree.text("leak.env") is None


def test_a_file_swapped_for_a_link_after_the_walk_is_not_followed(tmp_path: Path) -> None:
    root = write(tmp_path / "root", {"a/config.py": "fine", "b.py": "fine"})
    (tmp_path / "passwd").write_text("secret")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "config.py").write_text("secret")
    tree = Tree.of(root)
    (root / "b.py").unlink()
    (root / "b.py").symlink_to(tmp_path / "passwd")
    (root / "a" / "config.py").unlink()
    (root / "a").rmdir()
    (root / "a").symlink_to(tmp_path / "elsewhere")
    assert tree.text("b.py") is None
    assert tree.text("a/config.py") is None


def test_names_that_are_not_utf8_are_reported_and_left_out(tmp_path: Path) -> None:
    os.close(os.open(os.fsencode(tmp_path) + b"/caf\xe9.py", os.O_CREAT))
    write(tmp_path, {"ok.py": ""})
    with speaking("en"):
        tree = Tree.of(tmp_path)
    assert tree.files == ("ok.py",)
    assert "1 names are not valid UTF-8" in tree.warnings[0]
    assert "caf\\xe9.py" in tree.warnings[0]


def test_more_files_than_the_limit_is_a_warning_and_the_top_is_kept(tmp_path: Path) -> None:
    write(tmp_path, {f"deep/er/f{number}.py": "" for number in range(20)} | {"pyproject.toml": "", "a/x.py": ""})
    with speaking("en"):
        tree = Tree.of(tmp_path, max_files=10)
    assert len(tree.files) == 10
    assert {"pyproject.toml", "a/x.py"} <= set(tree.files)
    assert "more than 10 files" in tree.warnings[-1]


def test_very_deep_folders_end_in_a_warning(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(80):
        deep = deep / "d"
    deep.mkdir(parents=True)
    (deep / "x.py").write_text("")
    with speaking("en"):
        assert "too deep" in Tree.of(tmp_path).warnings[0]


def test_an_unreadable_folder_is_a_warning(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read every folder")
    write(tmp_path, {"open/x.py": "", "closed/y.py": ""})
    (tmp_path / "closed").chmod(0)
    try:
        tree = Tree.of(tmp_path)
    finally:
        (tmp_path / "closed").chmod(0o755)
    assert tree.files == ("open/x.py",)
    assert tree.warnings


def test_byte_order_marks_line_ends_and_utf16_are_read_as_text(tmp_path: Path) -> None:
    (tmp_path / "bom.txt").write_bytes(b"\xef\xbb\xbfone\r\ntwo\r\n")
    (tmp_path / "wide.txt").write_bytes("one\ntwo\n".encode("utf-16"))
    (tmp_path / "binary.txt").write_bytes(b"one\0two")
    tree = Tree.of(tmp_path)
    assert tree.text("bom.txt") == tree.text("wide.txt") == "one\ntwo\n"
    assert tree.text("binary.txt") is None


def test_evidence_is_the_line_where_the_words_are(tmp_path: Path) -> None:
    write(tmp_path, {"x.py": "import os\n\n\n    from flask import Flask\n"})
    hit = Tree.of(tmp_path).search("x.py", r"^\s*from (\w+)")
    assert hit is not None
    assert hit.evidence == "x.py:4"


async def test_huge_sparse_fifo_and_broken_files_end_quickly(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "good/requirements.txt": "flask\n",
            "good/app.py": "from flask import Flask\napp = Flask(__name__)\n",
            "broken/pyproject.toml": "[project\nname=",
            "broken/package.json": "{",
            "compose.yml": "services:\n  a: [\n",
        },
    )
    with (tmp_path / "good" / "requirements-dev.txt").open("wb") as sparse:
        sparse.truncate(1 << 30)
    os.mkfifo(tmp_path / "good" / "setup.py")
    started = time.monotonic()
    with speaking("en"):
        project = await inspect(tmp_path)
    assert time.monotonic() - started < 5
    good = next(component for component in project.components if component.path == "good")
    assert good.framework == "flask"
    told = " ".join(project.warnings)
    assert "broken/pyproject.toml cannot be parsed" in told
    assert "compose.yml cannot be parsed" in told


@pytest.mark.parametrize("files", [{}, {"a.bin": "\0\0", "b.png": "\0"}, {"README.md": "# Hello"}])
async def test_a_repository_nobody_can_build_from_is_a_question(tmp_path: Path, files: dict[str, str]) -> None:
    project = await inspect(write(tmp_path, files))
    assert project.components == []
    assert [question.field for question in project.questions] == ["components"]


_JUNK = st.sampled_from(
    ["pyproject.toml", "package.json", "requirements.txt", "Pipfile", "setup.cfg", "setup.py", "Dockerfile",
     "compose.yml", "pnpm-workspace.yaml", ".gitignore", "manage.py", "app.py", "index.js", "nx.json",
     "project.json", "Procfile",
     ".env.example", "angular.json", "uv.lock", ".nvmrc", "apps/a/package.json"]
)  # fmt: skip
_CONTENT = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ['{"scripts": 3, "dependencies": [], "engines": "x", "workspaces": {"a": 1}}',
         '{"name": 7, "bin": [], "main": {}}',
         "[project]\nname = 3\ndependencies = 'x'\nscripts = []\n", "[tool]\npoetry = 3\nuv = 'x'\n", "services: 3\n",
         "services:\n  a: 3\n  b: {build: 3, ports: x, depends_on: 3}\n", "[]", "null",
         "FROM\nCMD [1]\nEXPOSE x\nENV A\n",
         "FROM a AS\nFROM $X\nEXPOSE 99999999\nENTRYPOINT [\"a\"\n", "{{ x }}\n", "a: &b [*b]\n"]
    ),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(files=st.dictionaries(_JUNK, _CONTENT, max_size=6))
async def test_no_content_of_manifests_makes_detection_fail(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, str]
) -> None:
    root = tmp_path_factory.mktemp("junk")
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8", "surrogatepass"))
    project = await inspect(root)
    assert len({component.path for component in project.components}) == len(project.components)
    project.model_dump_json()
