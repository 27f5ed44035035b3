"""A client of the engine, in worker threads: docker's SDK speaks to sockets, TCP, TLS and Podman's socket alike."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resources.catalogue import _
from tools.containers.endpoint import Endpoint, NoEngineError, endpoint, remedy
from tools.guard.errors import ExpectedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

# The engine answers at once; a build is read as a stream that has no limit of its own.
ANSWER_SECONDS = 60


class EngineError(ExpectedError):
    """The engine refused; the text is its own."""


def here() -> Endpoint:
    """The engine of this process's environment. Raises NoEngineError."""
    return endpoint(os.environ, Path.home())


@contextmanager
def connected(where: Endpoint) -> Iterator[Any]:
    """An `APIClient` of the engine at `where`, closed at the end. Blocking: call from a worker thread.

    Raises:
        NoEngineError: it does not answer.
        EngineError: it answered with an error that nobody handled.
    """
    import docker  # noqa: PLC0415 - cold start: only what speaks to an engine needs it
    import docker.errors  # noqa: PLC0415
    import requests  # noqa: PLC0415

    try:
        client = _listening()(base_url=where.url, tls=_tls(where), timeout=ANSWER_SECONDS, version="auto")
    except (docker.errors.DockerException, requests.RequestException, OSError) as error:
        text = _("No engine answers at {url} ({said_by}).", url=where.url, said_by=where.said_by)
        raise NoEngineError(text, remedy()) from error
    try:
        yield client
    except docker.errors.APIError as error:
        said = error.explanation or str(error)
        raise EngineError(_("The container engine refused: {said}", said=said)) from error
    finally:
        client.close()


def _tls(where: Endpoint) -> Any:  # noqa: ANN401 - docker's TLSConfig, which has no types
    if where.tls is None:
        return None
    import docker.tls  # noqa: PLC0415

    pair = (str(where.tls / "cert.pem"), str(where.tls / "key.pem"))
    authority = where.tls / "ca.pem"
    return docker.tls.TLSConfig(
        client_cert=pair if (where.tls / "cert.pem").is_file() else None,
        ca_cert=str(authority) if authority.is_file() else None,
        verify=where.verify,
    )


def _listening() -> Any:  # noqa: ANN401 - a class made when docker is there
    import docker  # noqa: PLC0415

    class Listening(docker.APIClient):
        """A client whose answer under way can be hung up from another thread."""

        last: requests.Response | None = None

        def send(self, request: Any, **options: Any) -> requests.Response:  # noqa: ANN401 - as in requests
            answer: requests.Response = super().send(request, **options)
            self.last = answer
            return answer

        def hang_up(self) -> None:
            """End the answer under way: the engine stops what it does for it."""
            if self.last is not None:
                self.last.raw.shutdown()

    return Listening
