"""What a command leaves cannot make the person's own git, or the guard, do what the command wants."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tools.shell.confinement import Confined, Confinement
from tools.shell.planting import harmless_configuration
from tools.shell.sandbox import run_confined

pytestmark = pytest.mark.skipif(
    shutil.which("bwrap") is None or shutil.which("git") is None, reason="bubblewrap or git is not installed"
)

PAYLOAD = 'touch "$(dirname $0)/../../PWNED" ../PWNED PWNED'


def git(place: Path, *arguments: str) -> str:
    """The person's git, outside any sandbox."""
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    done = subprocess.run(["git", "-C", place, *identity, *arguments], check=False, capture_output=True, text=True)
    return done.stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    place = tmp_path / "project"
    git(tmp_path, "init", "-q", "-b", "main", "project")
    (place / "a.txt").write_text("a\n")
    git(place, "add", ".")
    git(place, "commit", "-q", "-m", "first")
    return place


async def run(place: Path, command: str) -> Confined:
    return await run_confined(command, workspace=place, cwd=place, confinement=Confinement(), timeout=20)


def use(place: Path) -> None:
    """What a person does sooner or later."""
    (place / "more.txt").write_text("more")
    for command in (
        ["status"],
        ["add", "more.txt"],
        ["diff", "--cached"],
        ["commit", "-m", "second"],
        ["checkout", "-b", "x"],
    ):
        git(place, *command)


def planted(root: Path) -> list[Path]:
    return list(root.rglob("PWNED"))


async def test_ordinary_work_with_git_goes_on(repository: Path) -> None:
    ended = await run(
        repository,
        "echo b > b.txt && git add b.txt && git -c user.name=A -c user.email=a@b commit -qm b && git checkout -qb work"
        " && git log --oneline | wc -l && git status --short",
    )
    assert (ended.exit_status, ended.stdout, ended.disarmed) == (0, "2\n", ())
    assert git(repository, "log", "--format=%s", "-1") == "b\n"


@pytest.mark.parametrize(
    "plant",
    [
        "echo '{p}' > .git/hooks/pre-commit && chmod +x .git/hooks/pre-commit",
        "rm -rf .git/hooks; mkdir .git/hooks; echo '{p}' > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit",
        "mv .git/hooks .git/h; mkdir .git/hooks; echo '{p}' > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit",
        "mv .git old; cp -r old .git; echo '{p}' > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit",
        "echo '[core] fsmonitor = \"{q}\"' >> .git/config",
        "git config core.fsmonitor '{q}'",
        "git config --file .git/c core.fsmonitor '{q}'; mv -f .git/c .git/config",
        "git init -q e; mv e/.git f; echo '[core] fsmonitor = \"{q}\"' > f/config; echo ../f > .git/commondir",
        "cp -r .git e; echo '[core] fsmonitor = \"{q}\"' > e/config; echo $PWD/e > .git/commondir",
        "cp -r .git e; echo '[core] fsmonitor = \"{q}\"' > e/config; rm -rf .git; ln -s e .git",
        "cp -r .git e; echo '[core] fsmonitor = \"{q}\"' > e/config; rm -rf .git; echo gitdir: e > .git",
    ],
)
async def test_nothing_planted_in_the_repository_runs_later(repository: Path, plant: str) -> None:
    await run(repository, plant.replace("{p}", "#!/bin/sh\n" + PAYLOAD).replace("{q}", "touch PWNED; false"))
    use(repository)
    assert planted(repository) == []
    if "rm -rf .git;" not in plant:
        assert git(repository, "log", "--format=%s").splitlines()[-1] == "first"


async def test_a_missing_folder_of_hooks_cannot_be_made(repository: Path) -> None:
    shutil.rmtree(repository / ".git/hooks")
    await run(
        repository, f"mkdir -p .git/hooks; echo '#!/bin/sh\n{PAYLOAD}' > .git/hooks/pre-commit; chmod +x .git/hooks/*"
    )
    use(repository)
    assert planted(repository) == []


async def test_hooks_elsewhere_in_the_workspace_are_kept_as_they_are(repository: Path) -> None:
    (repository / ".githooks").mkdir()
    git(repository, "config", "core.hooksPath", ".githooks")
    await run(repository, f"echo '#!/bin/sh\n{PAYLOAD}' > .githooks/pre-commit; chmod +x .githooks/pre-commit")
    use(repository)
    assert planted(repository) == []


async def test_hooks_behind_a_link_are_kept_as_they_are(repository: Path) -> None:
    shutil.rmtree(repository / ".git/hooks")
    (repository / "shared").mkdir()
    (repository / ".git/hooks").symlink_to("../shared")
    for plant in (
        "echo '#!/bin/sh\ntouch PWNED' > shared/pre-commit; chmod +x shared/pre-commit",
        "rm .git/hooks; mkdir .git/hooks; echo '#!/bin/sh\ntouch PWNED' > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit",
    ):
        await run(repository, plant)
    use(repository)
    assert planted(repository) == []


NESTED = [
    "git init -q new && echo '#!/bin/sh\ntouch PWNED' > new/.git/hooks/pre-commit && chmod +x new/.git/hooks/pre-commit",
    "git init -q new && git -C new config core.fsmonitor 'touch PWNED; false'",
    "git init -q new && git -C new config core.hooksPath ../x && mkdir x && cp /usr/bin/true x/pre-commit",
    "git init -q new && printf '[filter \"x\"]\nclean = touch PWNED; cat\n' >> new/.git/config && echo '* filter=x' > new/.gitattributes",
    "git init -q new && printf '[include]\npath = ../../evil\n' >> new/.git/config && printf '[core]\nfsmonitor = touch PWNED; false\n' > evil",
    "git init -q new && printf '[diff] external = touch PWNED\n' >> new/.git/config",
    "git init -q new && git -C new config extensions.worktreeConfig true && printf '[core]\nfsmonitor=touch PWNED; false' > new/.git/config.worktree",
    "git init -q --bare new && git -C new config core.fsmonitor 'touch PWNED; false'",
    "git init -q .hidden && mv .hidden/.git new && git --git-dir new config core.fsmonitor 'touch PWNED; false'",
]  # fmt: skip


@pytest.mark.parametrize("plant", NESTED)
async def test_a_repository_made_inside_is_put_out_of_harm(repository: Path, plant: str) -> None:
    ended = await run(repository, plant)
    assert ended.disarmed, ended.stderr
    assert "guard_files" in ended.limits_hit
    use(repository / "new")
    assert planted(repository) == []


async def test_nested_repositories_and_worktrees_are_kept_as_they_are(repository: Path) -> None:
    git(repository, "init", "-q", "vendor/lib")
    git(repository, "worktree", "add", "-q", "tree")
    for place in ("vendor/lib/.git", ".git/worktrees/tree", "tree/.git"):
        await run(repository, f"cp -r {place} /tmp/k; echo '[core] fsmonitor = touch PWNED' > {place}/config; rm -rf {place};"
                              f" mkdir -p {place}/hooks; echo x > {place}")  # fmt: skip
    assert "PWNED" not in (repository / "vendor/lib/.git/config").read_text()
    assert (repository / "tree/.git").read_text().startswith("gitdir: ")
    use(repository / "tree")
    use(repository / "vendor/lib")
    assert planted(repository) == []


async def test_a_clean_repository_made_inside_stays_as_it_is(repository: Path) -> None:
    ended = await run(
        repository,
        "git init -q new && cd new && echo x > x && git add x && git -c user.name=A -c user.email=a@b commit -qm x"
        " && cd .. && git clone -q new copy && git worktree add -q tree",
    )
    assert (ended.exit_status, ended.disarmed) == (0, ())


@pytest.mark.parametrize("name", ["policy.toml", ".astreinte/policy.toml"])
async def test_the_guards_own_files_can_neither_be_changed_nor_made(repository: Path, name: str) -> None:
    ended = await run(repository, f"mkdir -p $(dirname {name}); echo 'mode = \"guarded\"' > {name}")
    assert ended.disarmed == (name.split("/", 1)[0],)
    assert not (repository / name).exists()
    (repository / name).parent.mkdir(exist_ok=True)
    (repository / name).write_text('mode = "read-only"')
    await run(repository, f"echo x > {name}; rm -rf {name} .astreinte; mv {name} away; mv .astreinte away")
    assert (repository / name).read_text() == 'mode = "read-only"'


@pytest.mark.parametrize(
    "text",
    [
        "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n",
        '[remote "origin"]\n\turl = https://example.org/a.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n',
        '[branch "main"]\n\tremote = origin\n\tmerge = refs/heads/main\n',
        "# note\n; note\n[user] name = Ada\n",
        "",
    ],
)
def test_a_configuration_that_names_no_program_is_harmless(text: str) -> None:
    assert harmless_configuration(text)


@pytest.mark.parametrize(
    "text",
    [
        "[core]\n\tfsmonitor = x\n", "[core] hooksPath = x", "[CORE]FSMONITOR=x", '[core "x"]\n[core]\nsshCommand = x',
        "[alias]\nst = !x", "[include]\npath = x", '[includeIf "gitdir:/"]\npath = x', "[a][core]fsmonitor=x",
        "[filter \"x\"]\nclean = x", "[diff]\nexternal = x", "[credential]\nhelper = x", "[gpg]\nprogram = x",
        "[core]\neditor = x", "[core]\n\tpager = x", '[remote "o"]\nuploadpack = x', '[remote "o"]\nvcs = x',
        "[url \"ext::x\"]\ninsteadOf = y", "[submodule \"x\"]\nupdate = !x", "[core]\nattributesFile = x",
        "[core]\nworktree = /home", "[commit]\ngpgSign = true", "[init]\ntemplateDir = x", "[core]\nfilemode = \\\n[core]fsmonitor = x",
        "nonsense ]", "[remote \"a\\\"]\"] vcs = x", "[status.x]\nfoo.bar = x", "[interactive]\ndiffFilter = x",
    ],
)  # fmt: skip
def test_a_configuration_that_could_name_a_program_is_not_harmless(text: str) -> None:
    assert not harmless_configuration(text)


async def test_the_program_itself_and_its_environment_cannot_be_changed(repository: Path) -> None:
    code = repository / ".venv/lib/tools/guard"
    code.mkdir(parents=True)
    (code / "policy.py").write_text("strict\n")
    walls = Confinement(protected=(*Confinement().protected, str(repository / ".venv")))
    tries = "echo weak > .venv/lib/tools/guard/policy.py; touch .venv/lib/evil.pth; mv .venv away; rm -rf .venv; ln -s /tmp x"
    await run_confined(tries, workspace=repository, cwd=repository, confinement=walls, timeout=20)
    assert (code / "policy.py").read_text() == "strict\n"
    assert [path.name for path in (repository / ".venv").rglob("*.pth")] == []
    assert not (repository / "away").exists()
