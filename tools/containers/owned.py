"""The containers this server started, and how those of a dead server are found and removed."""

from typing import Any

from tools.containers.endpoint import Endpoint, NoEngineError
from tools.containers.engine import EngineError, connected
from tools.guard.server_process import alive

LABEL = "io.astreinte.owner"


def sweep(where: Endpoint) -> list[str]:
    """Remove the containers that dead servers of this machine left; their names. Blocking.

    An absent engine has nothing to sweep.
    """
    removed: list[str] = []
    try:
        with connected(where) as client:
            found: list[dict[str, Any]] = client.containers(all=True, filters={"label": LABEL})
            for each in found:
                if not alive(str(each["Labels"].get(LABEL, ""))):
                    client.remove_container(each["Id"], force=True, v=True)
                    removed.append(str((each.get("Names") or [each["Id"]])[0]).lstrip("/"))
    except (NoEngineError, EngineError):
        return removed
    return removed
