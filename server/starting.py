"""Holds the garbage collector back while modules and schemas are made: none of them is ever garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def starting() -> Iterator[None]:
    """No collection inside."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
