"""Makes a tool hold its caller's checkout while it works, and keep what it changed there."""

import functools
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import anyio

from tools.context import Deps

Result = TypeVar("Result")
CHANGES = frozenset({"write", "edit", "restore", "bash"})
"""The tools that change files of the workspace."""


def in_checkout(function: Callable[..., Awaitable[Result]]) -> Callable[..., Awaitable[Result]]:
    """The tool `function`, in a checkout where the caller has one."""

    @functools.wraps(function)
    async def held(**given: Any) -> Result:  # noqa: ANN401 - the tool's own parameters
        deps: Deps = given["deps"]
        if deps.checkout is None:
            return await function(**given)
        async with deps.checkout.used():
            try:
                return await function(**given)
            finally:
                if function.__name__ in CHANGES:  # of one that failed or was cancelled too
                    with anyio.CancelScope(shield=True):
                        await deps.checkout.keep()

    return held
