"""A confined command sees and changes its workspace, and nothing else of the machine or the person."""

import os
import shutil
import socket
import tempfile
import threading
from pathlib import Path
from typing import Any, Protocol

import pytest

from tools.guard.errors import WorkspaceError
from tools.shell.confinement import Confined, Confinement, Limits
from tools.shell.sandbox import run_confined
from tools.shell.survey import survey

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")


class Confine(Protocol):
    async def __call__(self, command: str, *, seconds: float = 20, **walls: Any) -> Confined: ...


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    place = tmp_path / "a project"
    place.mkdir()
    (place / "app.py").write_text("print('app')\n")
    (place / ".env").write_text("TOKEN=hunter2-env\n")
    return place


@pytest.fixture
def confine(workspace: Path) -> Confine:
    async def run(command: str, *, seconds: float = 20, **walls: Any) -> Confined:
        return await run_confined(
            command, workspace=workspace, cwd=workspace, confinement=Confinement(**walls), timeout=seconds
        )

    return run


async def test_a_command_runs_in_its_folder_and_says_how_it_ended(confine: Confine) -> None:
    ended = await confine("pwd; echo oops >&2; exit 3")
    assert (ended.exit_status, ended.confined) == (3, True)
    assert ended.stdout.strip().endswith("/a project")
    assert ended.stderr == "oops\n"


@pytest.mark.parametrize("signal", [9, 15])
async def test_a_command_that_a_signal_ends_says_which(confine: Confine, signal: int) -> None:
    assert (await confine(f"kill -{signal} $$")).exit_status == 128 + signal


async def test_the_workspace_is_writable_when_that_is_granted(confine: Confine, workspace: Path) -> None:
    assert (await confine("mkdir -p build && echo made > build/out && mv app.py main.py")).exit_status == 0
    assert (workspace / "build/out").read_text() == "made\n"
    assert (workspace / "main.py").exists()


async def test_a_read_only_workspace_cannot_be_changed(confine: Confine, workspace: Path) -> None:
    ended = await confine("echo x > app.py; rm -f app.py; touch new; mkdir d; cat app.py", workspace_writable=False)
    assert "print" in ended.stdout
    assert (workspace / "app.py").read_text() == "print('app')\n"
    assert not (workspace / "new").exists()


@pytest.mark.parametrize("place", ["/etc/x-planted", "/usr/local/bin/x-planted", "/x-planted", "/opt/x-planted", "/home/x-planted", "/root/x-planted", "/var/x-planted", "/dev/x-planted",
                                   "/proc/sys/kernel/core_pattern", "/run/x-planted", "../x-planted", "/proc/self/oom_score_adj"])  # fmt: skip
async def test_nothing_can_be_written_outside(confine: Confine, workspace: Path, place: str) -> None:
    ended = await confine(f"echo planted > {place}")
    assert ended.exit_status != 0 or place == "../x-planted"  # its own /tmp may be there
    if "/proc/" not in place:
        assert not os.path.lexists(workspace / place)


async def test_its_own_temporary_folders_and_home_are_private_and_fleeting(confine: Confine) -> None:
    mark = f"astreinte-{os.getpid()}"
    first = await confine(f"for d in /tmp /var/tmp ~ /dev/shm; do echo x > $d/{mark} && cat $d/{mark}; done")
    assert first.stdout == "x\n" * 4
    assert not Path("/tmp", mark).exists()
    assert not Path("/dev/shm", mark).exists()
    assert (await confine(f"ls /tmp/{mark} ~/{mark} /dev/shm/{mark}")).exit_status != 0


async def test_files_of_the_machine_that_are_not_programs_are_not_there(confine: Confine, tmp_path: Path) -> None:
    (tmp_path / "neighbour.txt").write_text("next-door")
    listed = "/etc/shadow /etc/ssh /etc/ssl/private /root/.ssh /home/* /var/lib /sys /boot /mnt /srv /run/docker.sock"
    ended = await confine(f"cat ../neighbour.txt; ls -d {listed}")
    assert ended.stdout == ""


async def test_credentials_of_the_home_are_not_there(
    confine: Confine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2-aws")
    for name in (".ssh/id_ed25519", ".aws/credentials", ".kube/config", ".config/gcloud/x.db", ".docker/config.json"):
        path = tmp_path / "home" / name
        path.parent.mkdir(parents=True)
        path.write_text("hunter2-home")
    ended = await confine(f"env; grep -rs hunter2 {tmp_path} ~ /proc/*/environ; cat ~/.ssh/* ~root/.ssh/*")
    assert "hunter2-home" not in ended.stdout
    assert "hunter2-aws" not in ended.stdout


async def test_what_is_granted_is_shown_in_the_home_of_the_command_and_read_only(
    confine: Confine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kube = tmp_path / "home/.kube"
    kube.mkdir(parents=True)
    (kube / "config").write_text("clusters: []")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KUBECONFIG", str(kube / "config"))
    ended = await confine(
        "cat ~/.kube/config $KUBECONFIG; echo x > ~/.kube/config", granted=(kube,), environment=("KUBECONFIG",)
    )
    assert ended.stdout == "clusters: []" * 2
    assert (kube / "config").read_text() == "clusters: []"


SECRETS = [
    ".env", ".env.production", ".envrc", "sub/.env.local", "prod.env", ".ENV", "node_modules/x/.env", ".git-credentials",
    ".aws/credentials", ".ssh/id_rsa", "deploy/id_ed25519", ".kube/config", "kubeconfig", ".env~", ".env.local.bak",
    ".docker/config.json",
]  # fmt: skip


@pytest.mark.parametrize("name", SECRETS)
async def test_secrets_in_the_workspace_cannot_be_read_or_replaced(
    confine: Confine, workspace: Path, name: str
) -> None:
    path = workspace / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("hunter2-file")
    attempts = (
        f"cat {name}; cp {name} copy; ln {name} hard; ln -s {name} soft; cat soft copy hard; tar c . | cat; rm -rf {name};"
        f"echo x > {name}; mv {name} away; cat away; grep -ra hunter2-f[i]le ."
    )
    ended = await confine(attempts)
    assert "hunter2-file" not in ended.stdout
    assert path.read_text() == "hunter2-file"


async def test_a_folder_that_moves_keeps_its_secrets_covered(confine: Confine, workspace: Path) -> None:
    (workspace / "sub").mkdir()
    (workspace / "sub/.env").write_text("hunter2-moved")
    (workspace / "linked").symlink_to("sub/.env")
    assert "hunter2" not in (await confine("mv sub other; cat other/.env linked")).stdout


async def test_a_secret_that_a_link_names_is_covered_where_it_lies(confine: Confine, workspace: Path) -> None:
    (workspace / ".env").unlink()
    (workspace / "settings.txt").write_text("hunter2-linked")
    (workspace / ".env").symlink_to("settings.txt")
    assert "hunter2" not in (await confine("cat .env settings.txt")).stdout


@pytest.mark.parametrize("name", [".env.example", ".env.sample", ".env.dist", "template.env", ".docker/php/Dockerfile",
                                  ".aws/task-definition.json", "src/environment.py", "id_rsa.pub"])  # fmt: skip
async def test_files_that_only_look_like_secrets_are_shown(confine: Confine, workspace: Path, name: str) -> None:
    (workspace / name).parent.mkdir(parents=True, exist_ok=True)
    (workspace / name).write_text("shown")
    assert (await confine(f"cat {name}")).stdout == "shown"


async def test_a_secret_file_is_shown_when_a_person_revealed_it(confine: Confine, workspace: Path) -> None:
    (workspace / "id_rsa").write_text("hunter2-key")
    ended = await confine("cat .env id_rsa", revealed=(".env*",))
    assert "hunter2-env" in ended.stdout
    assert "hunter2-key" not in ended.stdout


async def test_what_the_server_names_is_hidden_wherever_it_lies(confine: Confine, workspace: Path) -> None:
    (workspace / "state").mkdir()
    (workspace / "state/key").write_text("hunter2-state")
    ended = await confine("cat state/key; ls state; echo x > state/y", hidden=(workspace / "state",))
    assert ended.stdout == ""
    assert [path.name for path in (workspace / "state").iterdir()] == ["key"]


async def test_unix_sockets_in_the_workspace_lead_nowhere(confine: Confine, workspace: Path) -> None:
    with _listening(str(workspace / "docker.sock")):
        ended = await confine(_connect("'docker.sock'"))
    assert "connected" not in ended.stdout


async def test_abstract_sockets_of_the_host_lead_nowhere(confine: Confine) -> None:
    name = f"astreinte-test-{os.getpid()}"
    with _listening("\0" + name):
        ended = await confine(_connect(f"'\\0{name}'"))
    assert "connected" not in ended.stdout
    assert "refused" in ended.stdout.lower()


async def test_the_loopback_of_the_host_is_another_one(confine: Confine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        ended = await confine(f"(exec 3<>/dev/tcp/127.0.0.1/{port}) && echo connected")
    assert ended.stdout == ""


async def test_there_is_no_way_out_to_a_network(confine: Confine) -> None:
    ended = await confine("cat /proc/net/route; (exec 3<>/dev/tcp/192.0.2.1/80) && echo connected; ls /sys/class/net")
    assert "connected" not in ended.stdout
    assert len(ended.stdout.splitlines()) <= 1


async def test_only_its_own_processes_are_visible(confine: Confine) -> None:
    ended = await confine(f"cat /proc/[0-9]*/cmdline | tr '\\0' ' '; ls /proc/{os.getpid()}; kill -9 -1; echo alive")
    assert "pytest" not in ended.stdout
    assert Path(f"/proc/{os.getpid()}").exists()


async def test_no_descriptor_of_the_server_comes_along(confine: Confine) -> None:
    ended = await confine("ls /proc/$$/fd /proc/1/fd")
    assert set(ended.stdout.replace("/proc/1/fd:", "").split()) <= {f"/proc/{n}/fd:" for n in range(9)} | {
        "0", "1", "2", "3", "4", "255",
    }  # fmt: skip


async def test_the_environment_is_an_allow_list(confine: Confine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_TOKEN", "hunter2")
    monkeypatch.setenv("LD_PRELOAD_NOT", "hunter2")
    monkeypatch.setenv("NAMED", "handed-on")
    ended = await confine("env; cat /proc/1/environ", environment=("NAMED",))
    assert "hunter2" not in ended.stdout
    assert "NAMED=handed-on" in ended.stdout


async def test_a_folder_outside_the_workspace_is_refused(workspace: Path, tmp_path: Path) -> None:
    (workspace / "out").symlink_to(tmp_path)
    for folder in (tmp_path, workspace / "out", workspace / ".."):
        with pytest.raises(WorkspaceError):
            await run_confined("true", workspace=workspace, cwd=folder, confinement=Confinement(), timeout=5)


async def test_a_workspace_that_holds_the_system_is_refused(confine: Confine) -> None:
    with pytest.raises(WorkspaceError):
        await run_confined("true", workspace=Path("/usr"), cwd=Path("/usr"), confinement=Confinement(), timeout=5)


async def test_a_workspace_too_large_to_be_searched_is_refused(confine: Confine, workspace: Path) -> None:
    for number in range(20):
        (workspace / f"{number}").touch()
    with pytest.raises(WorkspaceError):
        await confine("true", limits=Limits(entries=10))


async def test_links_out_of_the_workspace_lead_nowhere(confine: Confine, workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hunter2-outside")
    (workspace / "way").symlink_to(tmp_path)
    ended = await confine(f"cat way/secret; ln -s {tmp_path}/secret s; ln -s /proc/1/root/{tmp_path} r; cat s r/secret")
    assert ended.stdout == ""


def _connect(address: str) -> str:
    """A command that connects to a unix socket with whatever the system has."""
    return (
        'python3 -c "import socket\ns = socket.socket(socket.AF_UNIX)\n'
        f"try:\n    s.connect({address}); print('connected')\nexcept OSError as error: print(error)\""
    )


class _listening:  # noqa: N801 - reads as a context
    """A unix socket that answers."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(address)
        self._socket.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self) -> None:
        try:
            while True:
                self._socket.accept()[0].close()
        except OSError:
            pass

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_error: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)


async def test_folders_too_deep_to_be_named_stop_no_command_and_show_nothing(confine: Confine, workspace: Path) -> None:
    walk = "cd deep; for i in $(seq 230); do cd aaaaaaaaaaaaaaaaaaaa || exit 1; done; cat .env.bottom"
    dig = f"mkdir deep; {walk.replace('cd aaaa', 'mkdir aaaaaaaaaaaaaaaaaaaa; cd aaaa').replace('cat .env', 'echo x > .env')}"
    assert (await confine(dig)).exit_status == 0  # and what it left is looked through without failing
    try:
        ended = await confine(f"cat app.py; {walk}")
        assert ended.stdout == "print('app')\n"
        assert ended.exit_status == 1
    finally:
        await confine("true")
        shutil.rmtree(workspace / "deep", ignore_errors=True)


def test_a_folder_that_was_closed_is_covered_for_a_command_could_open_it() -> None:
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="astreinte-test-") as name:
        closed = Path(name, "conf")
        closed.mkdir()
        (closed / ".env").write_text("TOKEN=hunter2\n")
        closed.chmod(0)
        Path(name).chmod(0o755)
        person = os.geteuid()
        try:
            if person == 0:
                os.seteuid(65_534)  # nothing is closed to root
            found = survey(Path(name), 100)
        finally:
            os.seteuid(person)
        assert closed in found.secret_folders
