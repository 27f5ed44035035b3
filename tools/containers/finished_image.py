"""What is done with an image once it is built: inspected, its packages listed, pushed when that was approved."""

from dataclasses import dataclass
from typing import IO, Any, cast

import anyio.to_thread

from resources.catalogue import _
from tools.containers.build_plan import BuildPlan
from tools.containers.endpoint import Endpoint
from tools.containers.engine import EngineError, connected
from tools.containers.image_packages import Inside, packages
from tools.containers.image_report import ImageReport, image_report
from tools.containers.sbom import cyclonedx
from tools.containers.scan_vulnerabilities import Vulnerabilities, scan_vulnerabilities
from tools.context import Deps
from tools.shell.kept_output import keep

REMEMBERED = 50
_read: dict[str, Inside] = {}


@dataclass(frozen=True)
class Finished:
    """The image and what is in it; `kept` is the name under which the SBOM is kept."""

    image: ImageReport
    kept: str | None
    packages: int
    not_read: list[str]
    vulnerabilities: Vulnerabilities


async def finish(deps: Deps, plan: BuildPlan, image_id: str) -> Finished:
    """Look into the image `image_id` without running it."""
    image, inside = await anyio.to_thread.run_sync(_look, plan.where, image_id)
    # An image never changes under its id: built again from the cache, it is not unpacked again.
    _read[image.id] = inside
    if len(_read) > REMEMBERED:
        del _read[next(iter(_read))]
    bill = await anyio.to_thread.run_sync(
        lambda: cyclonedx(inside, name=plan.request.tags[0], image_id=image.id, created=image.created or None)
    )
    kept = await anyio.to_thread.run_sync(keep, deps.guard.journal.state, bill)
    found = await scan_vulnerabilities(bill, plan.request.root)
    return Finished(image, kept, len(inside.packages), list(inside.not_read), found)


def _look(where: Endpoint, image_id: str) -> tuple[ImageReport, Inside]:
    with connected(where) as client:
        report = image_report(client.inspect_image(image_id), client.history(image_id))
        return report, _read.get(report.id) or packages(cast("IO[bytes]", _Chunks(client.get_image(image_id))))


async def push_image(plan: BuildPlan) -> list[str]:
    """Push every tag of `plan`; the references by digest.

    Raises:
        EngineError: the registry refused.
    """
    return await anyio.to_thread.run_sync(_push, plan, abandon_on_cancel=True)


def _push(plan: BuildPlan) -> list[str]:
    pushed: list[str] = []
    with connected(plan.where) as client:
        for name in plan.request.tags:
            for event in client.push(name, stream=True, decode=True):
                if "error" in event:
                    said = _("The registry refused {name}: {said}", name=name, said=event["error"])
                    raise EngineError(said, _("Sign in with `docker login`, and look whether you may push there."))
                digest = event.get("aux", {}).get("Digest")
                if digest:
                    pushed.append(f"{name.rpartition(':')[0]}@{digest}")
    return pushed


class _Chunks:
    """An iterator of chunks as a file that tarfile can read."""

    def __init__(self, chunks: Any) -> None:  # noqa: ANN401 - the SDK's generator
        self._chunks = iter(chunks)
        self._held = b""

    def read(self, size: int) -> bytes:
        """At most `size` bytes."""
        parts, have = [self._held], len(self._held)
        while have < size and (chunk := next(self._chunks, b"")):
            parts.append(chunk)
            have += len(chunk)
        whole = b"".join(parts)
        self._held = whole[size:]
        return whole[:size]
