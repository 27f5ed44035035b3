"""Private trees of a real repository: at the right commit, quick again, within limits, and whole after a crash."""

import asyncio
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from server.repositories import checkouts_of
from server.settings import Settings
from tests.checkouts.origin import Origin, git
from tools.checkouts.checkout import CheckoutBusyError
from tools.checkouts.checkouts import Checkouts
from tools.checkouts.draft_store import Draft, DraftError
from tools.checkouts.git import GitError
from tools.checkouts.mirror import Limits, TooLargeError
from tools.checkouts.repository import Repository
from tools.guard.state import State

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkouts(settings: Settings) -> Checkouts:
    assert settings.state
    return checkouts_of(settings, State.at(settings.state))


@pytest.fixture(autouse=True)
def _always_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.checkouts.mirror.FRESH", 0.0)


async def test_each_caller_has_a_tree_of_their_own_at_what_the_branch_is_now(
    checkouts: Checkouts, origin: Origin
) -> None:
    repository = Repository(url=origin.url, revision="main")
    alice, bob = await asyncio.gather(checkouts.open(repository, "alice"), checkouts.open(repository, "bob"))
    assert alice.root != bob.root
    assert alice.root.name == "shop"
    (alice.root / "app/main.py").write_text("mine\n")
    assert (bob.root / "app/main.py").read_text() == "print('one')\n"
    commit = origin.commit({"app/main.py": "print('two')\n", "new.txt": "x\n"})
    again = await checkouts.open(repository, "bob")
    assert again.stands
    assert again.stands.commit == commit
    assert (bob.root / "new.txt").exists()
    assert git(bob.root, "status", "--porcelain") == ""
    assert git(bob.root, "log", "--format=%s") == "more\nfirst"
    assert git(bob.root, "remote", "get-url", "origin") == origin.url


async def test_a_commit_by_its_name_stays_whatever_the_branch_does(checkouts: Checkouts, origin: Origin) -> None:
    first = git(origin.work, "rev-parse", "HEAD")
    origin.commit({"app/main.py": "print('two')\n"})
    found = await checkouts.open(Repository(url=origin.url, revision=first), "alice")
    assert (found.root / "app/main.py").read_text() == "print('one')\n"
    origin.bare.rename(origin.bare.with_name("gone"))
    assert (await checkouts.open(Repository(url=origin.url, revision=first), "alice")).stands == found.stands
    with pytest.raises(GitError):
        await checkouts.open(Repository(url=origin.url, revision="main"), "alice")


async def test_what_was_changed_is_there_on_another_machine(
    checkouts: Checkouts, origin: Origin, tmp_path: Path
) -> None:
    repository = Repository(url=origin.url, revision="main")
    here = await checkouts.open(repository, "alice")
    (here.root / "app/main.py").unlink()
    (here.root / "app/bin").write_bytes(bytes(range(256)))
    (here.root / "run.sh").write_text("echo\n")
    (here.root / "run.sh").chmod(0o755)
    (here.root / "secret.log").write_text("ignored\n")
    async with here.used():
        await here.keep()
    elsewhere = replace(checkouts, directory=tmp_path / "m2")
    there = await elsewhere.open(repository, "alice")
    assert not (there.root / "app/main.py").exists()
    assert (there.root / "app/bin").read_bytes() == bytes(range(256))
    assert os.access(there.root / "run.sh", os.X_OK)
    assert not (there.root / "secret.log").exists()
    origin.commit({"other.txt": "x\n"})  # unfinished changes stay on the commit that they are against
    assert not ((await elsewhere.open(repository, "alice")).root / "other.txt").exists()
    assert ((await elsewhere.open(repository, "bob")).root / "other.txt").exists()
    # Both machines change the same version: the slower one is told, and nothing of it stays.
    (here.root / "here.txt").write_text("x\n")
    (there.root / "there.txt").write_text("x\n")
    async with there.used():
        await there.keep()
    async with here.used():
        with pytest.raises(DraftError, match="another machine"):
            await here.keep()
    assert not (here.root / "here.txt").exists()
    assert ((await checkouts.open(repository, "alice")).root / "there.txt").exists()


async def test_nothing_of_a_hostile_repository_runs_or_leads_out(
    checkouts: Checkouts, origin: Origin, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    origin.commit(
        {
            ".gitattributes": "* filter=evil diff=evil merge=evil\n",
            ".gitmodules": f'[submodule "x"]\n\tpath = x\n\turl = ext::touch% {mark}\n',
            ".gitconfig": f"[core]\n\tfsmonitor = touch {mark}\n",
            "hooks/post-checkout": f"#!/bin/sh\ntouch {mark}\n",
        }
    )
    commit = git(origin.work, "rev-parse", "HEAD")
    git(origin.work, "update-index", "--add", "--cacheinfo", f"160000,{commit},x")
    (origin.work / "out").symlink_to("/etc")
    origin.commit({})
    found = await checkouts.open(Repository(url=origin.url), "alice")
    # A command that somebody let run without walls has planted what git would run in the caller's own repository.
    for name in ("core.fsmonitor", "filter.evil.clean", "filter.evil.smudge", "diff.evil.command"):
        git(found.root, "config", name, f"touch {mark}")
    (found.root / ".git/hooks").mkdir(exist_ok=True)
    for name in ("pre-commit", "post-checkout", "reference-transaction"):
        (found.root / ".git/hooks" / name).write_text(f"#!/bin/sh\ntouch {mark}\n")
        (found.root / ".git/hooks" / name).chmod(0o755)
    (found.root / "README.md").write_text("changed\n")
    async with found.used():
        assert (await found.keep()).patch
    origin.commit({"README.md": "theirs\n"})
    await checkouts.open(Repository(url=origin.url), "alice")
    assert not mark.exists()
    assert (found.root / "out").is_symlink()  # the workspace's own door refuses to follow it


async def test_a_tree_that_a_call_uses_is_not_changed_under_it(
    checkouts: Checkouts, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.checkouts.checkout.WAIT", 0.1)
    repository = Repository(url=origin.url)
    first = await checkouts.open(repository, "alice")
    async with first.used():
        later = origin.commit({"README.md": "later\n"})
        same = await checkouts.open(repository, "alice")  # the newer commit waits
        assert same.stands == first.stands
        with pytest.raises(CheckoutBusyError):
            await same.at(later, Draft(version=7, patch=b"x"))
    moved = await checkouts.open(repository, "alice")
    assert moved.stands
    assert moved.stands.commit == later
    with pytest.raises(CheckoutBusyError):  # what was judged on the older commit is not done on the newer one
        async with first.used():
            pass


async def test_too_much_is_refused_before_it_fills_the_disk(checkouts: Checkouts, origin: Origin) -> None:
    origin.commit({"big.bin": os.urandom(3_000_000)})
    repository = Repository(url=origin.url)
    with pytest.raises(TooLargeError):
        await replace(checkouts, limits=Limits(bytes=1_000_000)).open(repository, "alice")
    with pytest.raises(TooLargeError, match="files"):
        await replace(checkouts, limits=Limits(files=2)).open(repository, "alice")
    assert (await checkouts.open(repository, "alice")).stands  # and what was refused blocks nobody


async def test_what_a_killed_process_left_blocks_nobody(checkouts: Checkouts, origin: Origin) -> None:
    repository = Repository(url=origin.url)
    found = await checkouts.open(repository, "alice")
    mirror = checkouts.mirror(repository).directory
    for left in (
        mirror / "packed-refs.lock",
        mirror / "shallow.lock",
        mirror / "refs/heads/main.lock",
        mirror / "objects/pack/tmp_pack_x",
        found.aside / "index.lock",
        found.aside / "index.0.new",
    ):
        left.parent.mkdir(parents=True, exist_ok=True)
        left.write_text("half")
    (found.aside / "stands.json").unlink()  # killed while the tree was brought to a commit
    (found.root / "app/main.py").write_text("half of it")
    (found.root / "left.txt").write_text("x")
    commit = origin.commit({"README.md": "later\n"})
    again = await checkouts.open(repository, "alice")
    assert again.stands
    assert again.stands.commit == commit
    assert (found.root / "app/main.py").read_text() == "print('one')\n"
    assert not (found.root / "left.txt").exists()
    assert not list(mirror.glob("objects/pack/tmp_*"))


async def test_a_process_killed_in_the_middle_of_a_fetch_holds_nobody_up(
    checkouts: Checkouts, origin: Origin, tmp_path: Path
) -> None:
    program = (
        "import asyncio, sys; from pathlib import Path; from tools.checkouts.checkouts import Checkouts;"
        "from tools.checkouts.repository import Repository; from tools.guard.state import State;"
        "asyncio.run(Checkouts(Path(sys.argv[1]), State.at(Path(sys.argv[2]))).open(Repository(url=sys.argv[3]), 'a'))"
    )
    origin.commit({f"f{number}.bin": os.urandom(200_000) for number in range(20)})
    argv = [sys.executable, "-c", program, str(checkouts.directory), str(checkouts.state.directory), origin.url]
    process = await asyncio.create_subprocess_exec(*argv, cwd=ROOT)
    mirror = checkouts.mirror(Repository(url=origin.url)).directory
    for _attempt in range(2_000):
        if (mirror / "HEAD").exists():
            break
        await asyncio.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    async with asyncio.timeout(20):
        assert (await checkouts.open(Repository(url=origin.url), "alice")).stands


async def test_old_checkouts_go_and_those_in_use_stay(checkouts: Checkouts, origin: Origin) -> None:
    repository = Repository(url=origin.url)
    old, used = await checkouts.open(repository, "old"), await checkouts.open(repository, "used")
    (old.root / "README.md").write_text("not handed in\n")
    async with old.used():
        await old.keep()
    async with used.used():
        assert len(await checkouts.sweep(longest=-1, most_bytes=10**12)) == 1
        assert not old.root.exists()
        assert used.root.exists()
    assert await checkouts.sweep(longest=10**9, most_bytes=0) == []  # used a moment ago
    back = await checkouts.open(repository, "old")
    assert (back.root / "README.md").read_text() == "not handed in\n"
