"""What of the system a confined command sees: programs and libraries read-only, a small `/etc`, an empty home.

Everything is shown by an allow-list. `/etc` above all: it holds host keys, private keys, database passwords.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from tools.shell.confinement import MEBIBYTE, Limits

HOME = "/run/home"
HOST_NAME = "sandbox"
PROGRAM_FOLDERS = ("/usr", "/nix/store")
USUAL_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
MERGED_FOLDERS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")  # links into /usr on merged systems
ETC = (
    "alternatives", "ca-certificates", "ca-certificates.conf", "crypto-policies", "debian_version", "fonts",
    "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "locale.alias", "locale.conf", "localtime", "magic", "magic.mime",
    "mime.types", "os-release", "perl", "php", "pki/ca-trust/extracted", "pki/tls/cert.pem", "pki/tls/certs",
    "protocols", "python3", "services", "shells", "ssl/cert.pem", "ssl/certs", "ssl/openssl.cnf", "terminfo",
    "timezone",
)  # fmt: skip
ETC_PREFIXES = ("java-", "python3.", "maven", "redhat-release", "alpine-release", "lsb-release")
# Folders of a home that hold programs and nothing of the person's; shown when the server's PATH names them.
TOOLCHAINS = (
    ".nvm/versions", ".cargo/bin", ".rustup", ".pyenv", ".rbenv", ".local/share/uv", ".local/share/mise", ".asdf",
    ".bun/bin", ".deno/bin", ".volta", ".sdkman/candidates", ".local/bin", ".dotnet", "go/bin", "bin", ".linuxbrew",
)  # fmt: skip
# Kernel memory, keys and timing of other processes: root's own reads, which the server may well be.
PROC_SECRETS = (
    "config.gz", "kallsyms", "kcore", "key-users", "keys", "kmsg", "kpagecgroup", "kpagecount", "kpageflags",
    "latency_stats", "pagetypeinfo", "sched_debug", "slabinfo", "timer_list", "vmallocinfo",
)  # fmt: skip
PROC_FOLDERS = ("acpi", "scsi", "asound")
# Places that the view itself builds: a workspace may lie inside one of them but not hold one.
BUILT = (*PROGRAM_FOLDERS, *MERGED_FOLDERS, "/etc", "/proc", "/sys", "/dev", "/tmp", "/run")  # noqa: S108 - a mount point


@dataclass(frozen=True)
class Person:
    """Who the command is inside. A server that runs as root is an ordinary user inside."""

    uid: int
    gid: int

    @classmethod
    def here(cls) -> "Person":
        """The identity that matches the server's own files, but never root."""
        return cls(os.geteuid() or 1000, os.getegid() or 1000)

    def files(self, more_hosts: bytes = b"") -> dict[str, bytes]:
        """The made-up files of `/etc` that name this person, this machine and `more_hosts` only."""
        passwd = f"agent:x:{self.uid}:{self.gid}:agent:{HOME}:/bin/bash\nnobody:x:65534:65534:nobody:/:/bin/false\n"
        group = f"agent:x:{self.gid}:\nnogroup:x:65534:\n"
        hosts = f"127.0.0.1 localhost {HOST_NAME}\n::1 localhost ip6-localhost\n"
        names = "passwd: files\ngroup: files\nshadow: files\nhosts: files\nservices: files\nprotocols: files\n"
        return {
            "passwd": passwd.encode(),
            "group": group.encode(),
            "hosts": hosts.encode() + more_hosts,
            "hostname": f"{HOST_NAME}\n".encode(),
            "nsswitch.conf": names.encode(),
        }


def system_arguments(limits: Limits) -> list[str]:
    """The bubblewrap options that show the system. Later options may still add to it; then call `closing`."""
    arguments: list[str] = []
    for folder in (*PROGRAM_FOLDERS, *program_roots()):
        if Path(folder).is_dir():
            arguments += ["--ro-bind", folder, folder]
    for folder in MERGED_FOLDERS:
        path = Path(folder)
        if path.is_symlink():
            arguments += ["--symlink", str(path.readlink()), folder]
        elif path.is_dir():
            arguments += ["--ro-bind", folder, folder]
    for path in _etc_entries():
        arguments += ["--ro-bind", str(path.resolve()), str(path)]
    scratch = str(limits.scratch_bytes)
    arguments += ["--proc", "/proc", "--dev", "/dev"]
    arguments += ["--size", str(64 * MEBIBYTE), "--perms", "1777", "--tmpfs", "/dev/shm"]  # noqa: S108 - a mount point
    arguments += ["--size", scratch, "--perms", "1777", "--tmpfs", "/tmp"]  # noqa: S108 - a mount point
    arguments += ["--size", scratch, "--perms", "0700", "--tmpfs", HOME]
    return arguments + _hidden_proc()


def closing() -> list[str]:
    """The options that come last: nothing of the built view may be written."""
    return ["--remount-ro", "/proc", "--remount-ro", "/dev", "--remount-ro", "/"]


def program_roots() -> list[str]:
    """Folders outside the system's own whose programs are on the server's PATH."""
    roots: set[str] = set()
    for entry in os.environ.get("PATH", "").split(os.pathsep):
        parts = Path(entry).parts
        if len(parts) > 2 and parts[0] == "/" and parts[1] in {"opt", "snap"} and ".." not in parts:
            roots.add(str(Path(*parts[:3])))
    used = [Path(entry) for entry in os.environ.get("PATH", "").split(os.pathsep) if Path(entry).is_absolute()]
    for place in (Path.home() / name for name in TOOLCHAINS):
        if place.is_dir() and any(entry.is_relative_to(place) for entry in used):
            roots.add(str(place))
    return sorted(roots)


def search_path(granted: tuple[Path, ...]) -> str:
    """PATH inside: the server's own order, as far as its entries are visible inside, and the usual folders."""
    visible = [*map(Path, (*PROGRAM_FOLDERS, *MERGED_FOLDERS, *program_roots())), *granted]
    own = [
        entry
        for entry in os.environ.get("PATH", "").split(os.pathsep)
        if entry and any(Path(entry).is_relative_to(each) for each in visible)
    ]
    return os.pathsep.join(dict.fromkeys([*own, *USUAL_PATH]))


def _etc_entries() -> list[Path]:
    etc = Path("/etc")
    named = [etc / name for name in ETC]
    prefixed = sorted(path for path in etc.iterdir() if path.name.startswith(ETC_PREFIXES)) if etc.is_dir() else []
    return [path for path in (*named, *prefixed) if path.exists()]


def _hidden_proc() -> list[str]:
    arguments: list[str] = []
    for name in PROC_SECRETS:
        if Path("/proc", name).exists():
            arguments += ["--ro-bind", "/dev/null", f"/proc/{name}"]
    for name in PROC_FOLDERS:
        if Path("/proc", name).is_dir():
            arguments += ["--perms", "0555", "--tmpfs", f"/proc/{name}", "--remount-ro", f"/proc/{name}"]
    return arguments
