"""Known ways out of a sandbox, tried for real: each must fail, and nothing of the machine may have changed."""

import asyncio
import os
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tools.shell.confinement import Confined, Confinement
from tools.shell.sandbox import run_confined

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")

# Runs one system call through the C library and prints what became of it.
CALL = """
import ctypes, errno, os, sys
libc = ctypes.CDLL(None, use_errno=True)
def call(*arguments):
    result = libc.syscall(*[ctypes.c_long(a) if isinstance(a, int) else a for a in arguments])
    print("succeeded" if result >= 0 else errno.errorcode[ctypes.get_errno()])
    return result
"""


async def run(place: Path, command: str, **walls: Any) -> Confined:
    return await run_confined(command, workspace=place, cwd=place, confinement=Confinement(**walls), timeout=20)


async def python(place: Path, body: str) -> str:
    (place / "attempt.py").write_text(CALL + body)
    ended = await run(place, "python3 attempt.py")
    assert "Traceback" not in ended.stderr, ended.stderr
    return ended.stdout


async def test_it_has_no_privileges_and_cannot_gain_any(tmp_path: Path) -> None:
    ended = await run(tmp_path, "cat /proc/self/status; sudo -n id; su -c id; ls -ln /usr/bin/passwd >&2")
    status = dict(line.split(":\t", 1) for line in ended.stdout.splitlines() if ":\t" in line)
    assert {status[name] for name in ("CapEff", "CapPrm", "CapBnd", "CapAmb", "CapInh")} == {"0000000000000000"}
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    assert "uid=" not in ended.stdout


async def test_no_namespace_can_be_made(tmp_path: Path) -> None:
    ended = await run(
        tmp_path, "unshare -U true && echo made; unshare -r -m true && echo made; bwrap --ro-bind / / true && echo made"
    )
    assert ended.stdout == ""
    told = await python(tmp_path, "call(272, 0x10000000)\ncall(56, 0x10000011, 0, 0, 0, 0)\nprint(libc.fork() >= 0)")
    if os.uname().machine == "x86_64":
        assert told.splitlines()[:2] == ["EPERM", "EPERM"]
        assert "True" in told


async def test_no_other_process_can_be_traced_or_read(tmp_path: Path) -> None:
    body = """
import subprocess, time
child = subprocess.Popen(["sleep", "5"])
print(libc.ptrace(16, child.pid, 0, 0), errno.errorcode[ctypes.get_errno()])
print(libc.ptrace(16, 1, 0, 0), errno.errorcode[ctypes.get_errno()])
try: open("/proc/1/mem", "rb+").read(1)
except OSError as error: print("refused")
child.kill()
"""
    assert (await python(tmp_path, body)).splitlines() == ["-1 EPERM", "-1 EPERM", "refused"]


async def test_nothing_can_be_mounted(tmp_path: Path) -> None:
    ended = await run(
        tmp_path, "mount -t tmpfs x /tmp && echo done; mount --bind / /tmp && echo done; umount /tmp && echo done"
    )
    assert ended.stdout == ""
    body = 'print(libc.mount(b"x", b"/tmp", b"tmpfs", 0, None), libc.umount2(b"/proc", 2), libc.chroot(b"/tmp"))'
    assert await python(tmp_path, body) == "-1 -1 -1\n"


async def test_no_text_can_be_put_into_a_terminal(tmp_path: Path) -> None:
    body = """
import fcntl, pty, termios
leader, follower = pty.openpty()
for request in (termios.TIOCSTI, 0x541C, 0x5412 | (1 << 32), 0x5423):
    result = libc.ioctl(follower, ctypes.c_ulong(request), b"x")
    print(result, errno.errorcode[ctypes.get_errno()])
try: os.open("/dev/tty", os.O_RDWR)
except OSError as error: print(errno.errorcode[error.errno])
"""
    assert (await python(tmp_path, body)).splitlines() == ["-1 EPERM"] * 4 + ["ENXIO"]


async def test_it_has_no_controlling_terminal_of_ours(tmp_path: Path) -> None:
    ended = await run(tmp_path, "ps -o tty= -p $$ 2>/dev/null || cut -d' ' -f7 /proc/$$/stat")
    assert ended.stdout.strip() in {"?", "0"}


@pytest.mark.parametrize("family", [17, 16 + 0, 38, 40, 44, 29])
async def test_odd_families_of_sockets_are_closed(tmp_path: Path, family: int) -> None:
    body = f"""
import socket
try: socket.socket({family}, socket.SOCK_RAW if {family} in (16, 17) else socket.SOCK_STREAM, 12 if {family} == 16 else 0); print("open")
except OSError as error: print("closed")
"""
    assert await python(tmp_path, body) == "closed\n"


@pytest.mark.parametrize("protocol", [132, 33, 136, 262, 256, 255, 47])
async def test_odd_protocols_of_the_internet_load_no_module(tmp_path: Path, protocol: int) -> None:
    body = f"""
import socket
for family in (socket.AF_INET, socket.AF_INET6):
    for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET, socket.SOCK_DGRAM, socket.SOCK_RAW):
        try: socket.socket(family, kind, {protocol}); print("open")
        except OSError as error: assert error.errno in (errno.EPROTONOSUPPORT, errno.ESOCKTNOSUPPORT), error
for family, kind in ((2, 1), (2, 2), (10, 1), (10, 2), (1, 1)): socket.socket(family, kind).close()
socket.socket(2, 1, 6).close(); socket.socket(10, 2, 17).close()
socket.getaddrinfo("localhost", 80); print("ordinary ones work")
"""
    assert await python(tmp_path, body) == "ordinary ones work\n"


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="numbers of x86-64")
@pytest.mark.parametrize(
    ("name", "number"),
    [("bpf", 321), ("keyctl", 250), ("add_key", 248), ("perf_event_open", 298), ("userfaultfd", 323),
     ("io_uring_setup", 425), ("kexec_load", 246), ("init_module", 175), ("open_by_handle_at", 304), ("setns", 308),
     ("pidfd_getfd", 438), ("process_vm_readv", 310), ("fsopen", 430), ("move_mount", 429), ("swapon", 167),
     ("reboot", 169), ("syslog", 103), ("quotactl", 179), ("acct", 163), ("name_to_handle_at", 303)],
)  # fmt: skip
async def test_system_calls_of_past_escapes_are_refused(tmp_path: Path, name: str, number: int) -> None:
    assert await python(tmp_path, f"call({number}, 0, 0, 0, 0, 0)") == "EPERM\n", name


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="numbers of x86-64")
async def test_system_calls_of_another_machine_end_the_process(tmp_path: Path) -> None:
    ended = await run(tmp_path, f"python3 -c '{CALL}call(0x40000000 + 39)'; echo $?")
    assert ended.stdout == "159\n"  # SIGSYS


@pytest.mark.parametrize("attempt", ["chmod u+s x", "chmod 2755 x", "install -m 4755 /usr/bin/id x2", "cp -p /usr/bin/passwd .",
                                     "python3 -c 'import os; os.open(\"y\", os.O_CREAT, 0o4755)'"])  # fmt: skip
async def test_no_setuid_file_can_be_left_behind(tmp_path: Path, attempt: str) -> None:
    await run(tmp_path, f"cp /usr/bin/id x; {attempt}")
    assert not [path for path in tmp_path.iterdir() if path.lstat().st_mode & (stat.S_ISUID | stat.S_ISGID)]


async def test_no_device_can_be_made(tmp_path: Path) -> None:
    ended = await run(tmp_path, "mknod disk b 8 0; mknod kmem c 1 1; ls /dev")
    assert not (tmp_path / "disk").exists()
    assert not {"sda", "vda", "kvm", "mem", "kmsg", "loop0", "fuse"} & set(ended.stdout.split())


@pytest.mark.parametrize("secret", ["kcore", "kallsyms", "keys", "kmsg", "slabinfo", "timer_list"])
async def test_what_the_kernel_tells_root_stays_hidden(tmp_path: Path, secret: str) -> None:
    assert (await run(tmp_path, f"head -c 10 /proc/{secret}")).stdout == ""


async def test_kernel_settings_cannot_be_changed(tmp_path: Path) -> None:
    kept = Path("/proc/sys/kernel/core_pattern").read_text()
    ended = await run(
        tmp_path,
        "echo '|/bin/sh' > /proc/sys/kernel/core_pattern; echo c > /proc/sysrq-trigger; echo x > /proc/sys/vm/drop_caches;"
        " echo 0 > /proc/sys/kernel/randomize_va_space; ls /sys /sys/fs/cgroup",
    )
    assert ended.stdout == ""
    assert Path("/proc/sys/kernel/core_pattern").read_text() == kept


async def test_the_roots_of_other_processes_lead_back_inside(tmp_path: Path) -> None:
    (tmp_path.parent / "outside").write_text("hunter2")
    ended = await run(
        tmp_path, f"cat /proc/1/root{tmp_path.parent}/outside /proc/1/cwd/../outside; ls /proc/1/root/root"
    )
    assert ended.stdout == ""


async def test_links_planted_in_one_run_do_not_lead_out_in_the_next(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    (tmp_path / "outside/.git").mkdir(parents=True)
    (tmp_path / "outside/.git/config").write_text("hunter2")
    await run(
        place, "ln -s ../outside sub; ln -s ../outside/.git .git; ln -s /etc/shadow .env; ln -s ../outside/.git .ssh"
    )
    ended = await run(place, "cat sub/.git/config .git/config .env .ssh/config; rm -r sub/.git; echo x > .git/config")
    assert "hunter2" not in ended.stdout
    assert (tmp_path / "outside/.git/config").read_text() == "hunter2"


async def test_a_folder_swapped_for_a_link_while_another_sandbox_is_built_shows_nothing_of_the_host(
    tmp_path: Path,
) -> None:
    place = tmp_path / "place"
    target = tmp_path / "outside"
    for each in (place / "a", place / "b", target):
        subprocess.run(["git", "init", "-q", each], check=True)
    (target / ".git/config").write_text("hunter2")
    swap = "for n in $(seq 300); do mv a real; ln -s ../outside a; rm a; mv real a; done"
    look = f"cat {target}/.git/config a/.git/config; find / -xdev -path '*outside*'"

    async def watch() -> str:
        said = ""
        for _ in range(15):
            try:
                said += (await run(place, look)).stdout
            except Exception as error:  # noqa: BLE001 - refusing is as good
                said += type(error).__name__
        return said

    _, said = await asyncio.gather(run(place, swap), watch())
    assert "hunter2" not in said
    assert (target / ".git/config").read_text() == "hunter2"


async def test_the_command_is_one_argument_and_never_an_option(tmp_path: Path) -> None:
    ended = await run(tmp_path, "--version")
    assert ended.exit_status != 0
    assert "bash, version" not in ended.stdout
    quoted = "printf '%s|' \"a b\" 'c\"d' $'e\\nf'; echo \"$0 $#\""
    assert (await run(tmp_path, quoted)).stdout == 'a b|c"d|e\nf|bash 0\n'


async def test_start_files_of_the_workspace_are_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (".bashrc", ".profile", ".bash_profile", "env"):
        (tmp_path / name).write_text("echo planted")
    monkeypatch.setenv("BASH_ENV", str(tmp_path / "env"))
    monkeypatch.setenv("ENV", str(tmp_path / "env"))
    assert (await run(tmp_path, "echo clean")).stdout == "clean\n"
