"""Client libraries that drivers of databases are linked with, as Debian names them."""

from collections.abc import Iterable

PACKAGES = {"postgres": "libpq5", "mysql": "libmariadb3", "mariadb": "libmariadb3"}


def client_libraries(needs: Iterable[str]) -> list[str]:
    """The packages for `needs`, without repetitions."""
    return sorted({PACKAGES[need] for need in needs if need in PACKAGES})
