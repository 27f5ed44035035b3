"""read, glob and grep: confined, paged, and bounded whatever the repository holds."""

from pathlib import Path

import pytest

from tools.context import Deps
from tools.files.glob import PatternError, glob
from tools.files.grep import grep
from tools.files.read import read
from tools.guard.errors import NotFoundError, UnreadableFileError, WorkspaceError
from tools.guard.workspace import Workspace


@pytest.fixture
def deps(tmp_path: Path) -> Deps:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/app.py").write_text("import os\nTOKEN = os.environ['TOKEN']\n")
    (tmp_path / "src/notes.txt").write_text("".join(f"line {number}\n" for number in range(1, 5001)))
    (tmp_path / ".gitignore").write_text("build-output/\n*.log\n")
    (tmp_path / "build-output").mkdir()
    (tmp_path / "build-output/app.py").write_text("TOKEN = 1\n")
    (tmp_path / "debug.log").write_text("TOKEN\n")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/config").write_text("TOKEN\n")
    (tmp_path / "image.bin").write_bytes(b"\x89PNG\0TOKEN\n")
    (tmp_path / "latin.txt").write_bytes("déjà TOKEN\n".encode("latin-1"))
    return Deps(workspace=Workspace.at(tmp_path), language="en")


async def test_read_pages_a_long_file_to_its_last_line(deps: Deps) -> None:
    lines, line = [], 1
    while True:
        page = await read(deps, "src/notes.txt", line)
        lines += page.content.splitlines()
        if page.next_line is None:
            break
        assert len(page.content) <= deps.output_limit
        line = page.next_line
    assert lines == [f"line {number}" for number in range(1, 5001)]


async def test_read_gives_the_digest_of_the_whole_file_on_every_page(deps: Deps) -> None:
    first, second = await read(deps, "src/notes.txt", limit=10), await read(deps, "src/notes.txt", 11, 10)
    assert first.sha256 == second.sha256
    assert first.next_line == 11


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("../x", WorkspaceError),
        ("nope", NotFoundError),
        ("src", UnreadableFileError),
        ("image.bin", UnreadableFileError),
    ],
)
async def test_read_refuses_what_is_not_a_text_file_inside(deps: Deps, path: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        await read(deps, path)


async def test_read_survives_one_gigantic_line(deps: Deps) -> None:
    (deps.place.root / "min.js").write_text("x" * 3_000_000 + "\nsecond\n")
    page = await read(deps, "min.js")
    assert page.truncated_lines == 1
    assert page.content.splitlines()[1] == "second"


async def test_read_passes_a_line_that_is_longer_than_a_page(deps: Deps) -> None:
    (deps.place.root / "wide.txt").write_text("a" * 1_500 + "\nend\n")
    small = Deps(workspace=deps.workspace, language="en", output_limit=1_000)
    first = await read(small, "wide.txt")
    assert first.next_line == 2
    assert (await read(small, "wide.txt", 2)).content == "end\n"


async def test_read_shows_text_that_is_not_utf8(deps: Deps) -> None:
    assert "TOKEN" in (await read(deps, "latin.txt")).content


async def test_read_of_a_gigabyte_is_only_a_page(deps: Deps) -> None:
    with (deps.place.root / "huge.sql").open("wb") as stream:
        stream.write(b"-- dump\n" * 2_000)
        stream.truncate(1_000_000_000)
    page = await read(deps, "huge.sql", limit=3)
    assert page.content == "-- dump\n" * 3
    assert page.sha256 is None


async def test_glob_leaves_out_what_git_ignores(deps: Deps) -> None:
    assert (await glob(deps, "*.py")).paths == ["src/app.py"]
    assert (await glob(deps, "*.log")).paths == []
    assert (await glob(deps, "config")).paths == []


async def test_glob_inside_a_folder_answers_with_workspace_paths(deps: Deps) -> None:
    assert (await glob(deps, "*.txt", "src")).paths == ["src/notes.txt"]


async def test_glob_pages_ten_thousand_names_without_loss(deps: Deps) -> None:
    many = deps.place.root / "many"
    many.mkdir()
    for number in range(10_000):
        (many / f"f{number:05}.tf").touch()
    paths: list[str] = []
    offset: int | None = 0
    while offset is not None:
        page = await glob(deps, "*.tf", offset=offset)
        paths += page.paths
        offset = page.next_offset
    assert len(set(paths)) == 10_000


async def test_grep_finds_lines_and_skips_ignored_and_binary_files(deps: Deps) -> None:
    found = await grep(deps, "TOKEN")
    assert [(each.path, each.line) for each in found.matches] == [("latin.txt", 1), ("src/app.py", 2)]
    assert "image.bin" in found.skipped


async def test_grep_pages_without_loss_or_repetition(deps: Deps) -> None:
    lines: list[int] = []
    offset: int | None = 0
    while offset is not None:
        page = await grep(deps, r"^line \d+$", "src", offset=offset)
        lines += [each.line for each in page.matches]
        offset = page.next_offset
    assert lines == list(range(1, 5001))


async def test_grep_is_stopped_by_its_time_limit_not_by_a_catastrophic_pattern(
    deps: Deps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.files.grep.TIME_LIMIT", 0.3)
    (deps.place.root / "evil.txt").write_text("a" * 5_000 + "!\n")
    with pytest.raises(PatternError):
        await grep(deps, r"^(a|aa)+$", "evil.txt")


@pytest.mark.parametrize("pattern", ["(", "[", "*a"])
async def test_grep_says_what_is_wrong_with_a_malformed_pattern(deps: Deps, pattern: str) -> None:
    with pytest.raises(PatternError):
        await grep(deps, pattern)


async def test_grep_does_not_follow_a_link_to_the_outside(deps: Deps, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.txt"
    outside.write_text("TOKEN\n")
    (deps.place.root / "link.txt").symlink_to(outside)
    assert "link.txt" not in {each.path for each in (await grep(deps, "TOKEN")).matches}
    with pytest.raises(WorkspaceError):
        await grep(deps, "TOKEN", "link.txt")
