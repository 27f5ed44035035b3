"""Nothing outside the workspace can be named, however it is written."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.guard.errors import NotFoundError, UnreadableFileError, WorkspaceError
from tools.guard.workspace import Workspace, opened_inside


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "secret.txt").write_text("outside")
    inside = tmp_path / "project"
    (inside / "src").mkdir(parents=True)
    (inside / "src/app.py").write_text("app")
    (inside / "out").symlink_to(tmp_path)
    (inside / "leak").symlink_to(tmp_path / "secret.txt")
    (inside / "fine").symlink_to("src/app.py")
    (inside / "loop").symlink_to("loop")
    os.mkfifo(inside / "pipe")
    return Workspace.at(inside)


@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt",
        "src/../../secret.txt",
        "/etc/passwd",
        "leak",
        "out/secret.txt",
        "~/../../etc/passwd/../..",
        "a\0b",
    ],
)
def test_a_path_outside_the_workspace_is_refused(workspace: Workspace, path: str) -> None:
    with pytest.raises((WorkspaceError, NotFoundError)):
        workspace.open(path)


def test_a_link_inside_the_workspace_is_followed(workspace: Workspace) -> None:
    with workspace.open("fine") as stream:
        assert stream.read() == b"app"


def test_an_absolute_path_inside_the_workspace_is_accepted(workspace: Workspace) -> None:
    assert workspace.resolve(str(workspace.root / "src/app.py")) == workspace.root / "src/app.py"


def test_a_link_loop_is_a_clear_error(workspace: Workspace) -> None:
    with pytest.raises((WorkspaceError, NotFoundError, UnreadableFileError)):
        workspace.open("loop")


def test_a_fifo_is_refused_without_waiting_for_a_writer(workspace: Workspace) -> None:
    with pytest.raises(UnreadableFileError):
        workspace.open("pipe")


def test_a_file_swapped_for_a_link_after_resolution_is_not_followed(workspace: Workspace) -> None:
    victim = workspace.root / "src/app.py"
    resolved = workspace.resolve("src/app.py")
    victim.unlink()
    victim.symlink_to(workspace.root.parent / "secret.txt")
    with pytest.raises(OSError, match=r"symbolic|loop"):
        os.close(os.open(resolved, os.O_RDONLY | os.O_NOFOLLOW))


def test_a_descriptor_opened_through_a_swapped_directory_is_noticed(workspace: Workspace) -> None:
    descriptor = os.open(workspace.root.parent / "secret.txt", os.O_RDONLY)
    try:
        assert not opened_inside(descriptor, workspace.root)
    finally:
        os.close(descriptor)


def test_the_root_of_the_file_system_is_no_workspace() -> None:
    with pytest.raises(WorkspaceError):
        Workspace.at(Path("/"))


def test_a_file_is_no_workspace(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError):
        Workspace.at(tmp_path / "file")


@given(st.lists(st.sampled_from(["..", ".", "src", "out", "leak", "/", "x", "loop"]), max_size=8).map("/".join))
def test_whatever_is_resolved_lies_inside(tmp_path_factory: pytest.TempPathFactory, path: str) -> None:
    root = tmp_path_factory.getbasetemp() / "property"
    (root / "src").mkdir(parents=True, exist_ok=True)
    if not (root / "out").is_symlink():
        (root / "out").symlink_to("/")
        (root / "leak").symlink_to("/etc")
    workspace = Workspace.at(root)
    try:
        resolved = workspace.resolve(path)
    except WorkspaceError:
        return
    assert resolved.is_relative_to(workspace.root)
