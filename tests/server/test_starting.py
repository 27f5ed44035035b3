"""The garbage collector while the server starts."""

import gc

import pytest

from server.starting import starting


def test_the_collector_works_again_whatever_happens_while_starting() -> None:
    with pytest.raises(ZeroDivisionError), starting():
        assert not gc.isenabled()
        raise ZeroDivisionError
    assert gc.isenabled()
