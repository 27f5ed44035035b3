"""Where the container engine listens: DOCKER_HOST, the chosen context, then the usual sockets of Docker and Podman."""

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from resources.catalogue import _
from tools.guard.errors import ExpectedError


class NoEngineError(ExpectedError):
    """No container engine answers; the remedy says how to start one or point to one."""


@dataclass(frozen=True)
class Endpoint:
    """One engine. `said_by` names the setting it comes from; `tls` the folder of ca.pem, cert.pem and key.pem."""

    url: str
    said_by: str
    tls: Path | None = None
    verify: bool = True

    def environment(self) -> dict[str, str]:
        """What the command-line client needs to reach the same engine."""
        given = {"DOCKER_HOST": self.url}
        if self.tls is not None:
            given |= {"DOCKER_CERT_PATH": str(self.tls), "DOCKER_TLS_VERIFY": "1" if self.verify else ""}
        return given


def endpoint(environment: Mapping[str, str], home: Path) -> Endpoint:
    """The engine that the docker client itself would use, else the first socket that exists.

    Reads `~/.docker` (or DOCKER_CONFIG) and looks at sockets; asks no engine.

    Raises:
        NoEngineError: nothing names an engine and no socket exists, or the chosen context is not there.
    """
    if host := environment.get("DOCKER_HOST"):
        folder = Path(environment.get("DOCKER_CERT_PATH") or home / ".docker")
        secure = bool(environment.get("DOCKER_TLS_VERIFY")) or "DOCKER_CERT_PATH" in environment
        return Endpoint(host, "DOCKER_HOST", folder if secure else None, verify=bool(secure))
    config = Path(environment.get("DOCKER_CONFIG") or home / ".docker")
    context = environment.get("DOCKER_CONTEXT") or _current_context(config)
    if context and context != "default":
        return _of_context(config, context)
    for path in _sockets(environment, home):
        if _is_socket(path):
            return Endpoint(f"unix://{path}", _("the socket {path}", path=path))
    raise NoEngineError(_("No container engine was found on this machine."), remedy())


def remedy() -> str:
    """What a person does about an absent engine."""
    return _(
        "Start one (`sudo systemctl start docker`, `dockerd-rootless-setuptool.sh install`, "
        "`systemctl --user start podman.socket`), or point to one with DOCKER_HOST or `docker context use`."
    )


def _sockets(environment: Mapping[str, str], home: Path) -> list[Path]:
    runtime = environment.get("XDG_RUNTIME_DIR")
    own = [Path(runtime)] if runtime else [Path(f"/run/user/{os.getuid()}")]
    return [
        Path("/var/run/docker.sock"),
        *(each / "docker.sock" for each in own),
        home / ".docker/run/docker.sock",
        *(each / "podman/podman.sock" for each in own),
        Path("/run/podman/podman.sock"),
    ]


def _is_socket(path: Path) -> bool:
    try:
        return stat.S_ISSOCK(path.stat().st_mode) and os.access(path, os.W_OK)
    except OSError:
        return False


def _current_context(config: Path) -> str | None:
    try:
        said = json.loads((config / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    name = said.get("currentContext") if isinstance(said, dict) else None
    return name if isinstance(name, str) else None


def _of_context(config: Path, name: str) -> Endpoint:
    folder = hashlib.sha256(name.encode()).hexdigest()  # the client's own layout of its store
    try:
        meta = json.loads((config / "contexts/meta" / folder / "meta.json").read_text(encoding="utf-8"))
        host = meta["Endpoints"]["docker"]["Host"]
        skip = bool(meta["Endpoints"]["docker"].get("SkipTLSVerify"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoEngineError(
            _("The Docker context {name} is chosen and cannot be read.", name=name),
            _("See `docker context ls`; choose one with `docker context use`."),
        ) from error
    keys = config / "contexts/tls" / folder / "docker"
    return Endpoint(str(host), _("the Docker context {name}", name=name), keys if keys.is_dir() else None, not skip)
