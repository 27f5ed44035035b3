"""Starts a docker daemon of the tests' own: its data, socket and containers are nobody else's."""

import io
import os
import shutil
import subprocess
import tarfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 60.0
STOP_SECONDS = 30.0
APPLETS = (
    "sh ls cat echo mkdir sleep cp touch env wget nc httpd true false id printf test sed grep wc head tr rm sync dd"
)


class EngineUnavailableError(Exception):
    """The daemon cannot run here; the text says why."""


@dataclass(frozen=True)
class Engine:
    """The running daemon; `client` is a docker program that can drive its BuildKit."""

    url: str
    client: str

    def docker(self, *arguments: str, stdin: bytes = b"", environment: Mapping[str, str] | None = None) -> str:
        """Run the client; its output. A failure is an error with what it printed."""
        env = {**os.environ, "DOCKER_HOST": self.url, "DOCKER_CONFIG": "/nonexistent", **(environment or {})}
        done = subprocess.run([self.client, *arguments], input=stdin, capture_output=True, env=env, timeout=120)
        if done.returncode:
            raise RuntimeError(f"docker {' '.join(arguments)}: {done.stderr.decode()}")
        return done.stdout.decode().strip()

    def import_base(self, name: str, files: Mapping[str, bytes] | None = None) -> None:
        """An image called `name`: busybox with its usual programs, and `files` by absolute path."""
        self.docker("import", "-", name, stdin=root_file_system(files or {}))


def root_file_system(files: Mapping[str, bytes]) -> bytes:
    """The smallest root a shell script runs in, as a tar archive."""
    busybox = shutil.which("busybox", path="/bin:/usr/bin")
    if busybox is None:
        raise EngineUnavailableError("busybox-static is not installed")
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for folder in ("bin", "etc", "tmp", "srv", "usr", "usr/bin", "var", "run"):
            info = tarfile.TarInfo(folder)
            info.type, info.mode = tarfile.DIRTYPE, 0o1777 if folder == "tmp" else 0o755
            tar.addfile(info)
        content = {
            "bin/busybox": Path(busybox).read_bytes(),
            "etc/passwd": b"root:x:0:0::/:/bin/sh\n",
            **{path.lstrip("/"): data for path, data in files.items()},
        }
        for path, data in content.items():
            info = tarfile.TarInfo(path)
            info.size, info.mode = len(data), 0o755 if path.startswith("bin/") else 0o644
            tar.addfile(info, io.BytesIO(data))
        for name in APPLETS.split():
            info = tarfile.TarInfo(f"bin/{name}")
            info.type, info.linkname = tarfile.SYMTYPE, "busybox"
            tar.addfile(info)
    return archive.getvalue()


def _client() -> str:
    """A docker older than 23, which has BuildKit built in, or one with buildx."""
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        program = Path(folder) / "docker"
        if not os.access(program, os.X_OK):
            continue
        version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout.split("version ")[-1]
        buildx = subprocess.run([program, "buildx", "version"], capture_output=True).returncode == 0
        if buildx or int(version.split(".")[0]) < 23:
            return str(program)
    raise EngineUnavailableError("no docker client here can drive BuildKit")


@contextmanager
def private_dockerd(folder: Path) -> Iterator[Engine]:
    """A daemon with everything of its own under `folder`, without networks, ended with its containers.

    Raises:
        EngineUnavailableError: it cannot run here.
    """
    daemon = shutil.which("dockerd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")
    if daemon is None:
        raise EngineUnavailableError("dockerd is not installed")
    if os.geteuid() != 0:
        raise EngineUnavailableError("dockerd needs root")
    socket = folder / "docker.sock"
    # In a network of its own: the interfaces of its swarm end with it.
    alone = ["unshare", "--net", "sh", "-c", 'busybox ifconfig lo up && exec "$@"', "--"]
    # Told to end when the test process does, however that ends: a killed run leaves no daemon behind.
    together = ["setpriv", "--pdeathsig", "TERM", "--"]
    argv = [
        *(together if shutil.which("setpriv") else []),
        *(alone if shutil.which("unshare") and shutil.which("busybox") else []),
        daemon,
        *("--data-root", str(folder / "data"), "--exec-root", str(folder / "exec"), "--pidfile", str(folder / "pid")),
        *("--host", f"unix://{socket}", "--iptables=false", "--ip6tables=false", "--bridge=none"),
        *("--log-level", "warn"),
    ]
    log = (folder / "log").open("wb")
    process = subprocess.Popen(argv, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        engine = Engine(f"unix://{socket}", _client())
        _wait(engine, process, folder / "log")
        yield engine
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def _wait(engine: Engine, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            engine.docker("version")
        except RuntimeError:
            time.sleep(0.1)
        else:
            return
    raise EngineUnavailableError("dockerd did not start: " + " ".join(log.read_text().splitlines()[-3:]))
