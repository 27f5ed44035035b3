"""Where the state is kept: on one machine only, without a lock, or unencrypted."""

from collections.abc import Iterator

from resources.catalogue import _
from tools.terraform.hcl import Block, Expression
from tools.terraform.inspect_report import InspectFinding
from tools.terraform.module_folder import ModuleFolder

# Backends that have no lock at all, whatever is configured.
_LOCKLESS = frozenset({"artifactory", "etcd", "manta", "swift"})


def check(folder: ModuleFolder) -> Iterator[InspectFinding]:
    """Only root modules keep a state."""
    if not folder.is_root or not (folder.resources() or folder.of("module")):
        return
    backends, clouds = folder.settings("backend"), folder.settings("cloud")
    if not backends and not clouds:
        if not folder.incomplete:
            first = (folder.of("terraform") or folder.blocks)[0]
            yield InspectFinding(
                rule="no_remote_state",
                level="medium",
                file=first.file,
                line=first.line,
                message=_("The state stays on the machine that applies: nobody else sees it, nothing locks it."),
                suggestion=_("Declare a remote backend with locking (s3 with use_lockfile, gcs, azurerm, cloud)."),
            )
        return
    for backend in backends:
        kind = backend.labels[0] if backend.labels else ""
        if kind == "local":
            yield InspectFinding(
                rule="no_remote_state",
                level="medium",
                file=backend.file,
                line=backend.line,
                message=_("The state stays on the machine that applies: nobody else sees it, nothing locks it."),
            )
        elif locking(backend) is False:
            yield InspectFinding(
                rule="no_state_locking",
                level="medium",
                file=backend.file,
                line=backend.line,
                message=_("Two applies at once would corrupt the state: this backend takes no lock."),
                suggestion="use_lockfile = true" if kind == "s3" else "",
            )
        if kind == "s3" and backend.attributes.get("encrypt") is False:
            yield InspectFinding(
                rule="unencrypted_state",
                level="medium",
                file=backend.file,
                line=backend.lines.get("encrypt"),
                message=_("The state holds secrets and is kept unencrypted."),
                suggestion="encrypt = true",
            )


def locking(backend: Block) -> bool | None:
    """Whether the backend locks the state; None when the file alone does not say."""
    kind = backend.labels[0] if backend.labels else ""
    if kind in _LOCKLESS:
        return False
    if kind == "s3":
        if not backend.attributes:
            return None  # given with -backend-config
        lock = backend.attributes.get("use_lockfile")
        table = backend.attributes.get("dynamodb_table") or backend.attributes.get("dynamodb_endpoint")
        return None if isinstance(lock, Expression) else bool(lock or table)
    if kind == "http":
        return "lock_address" in backend.attributes if backend.attributes else None
    return True
