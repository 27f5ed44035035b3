"""Where this very program lies: its code and the environment it runs from. Whoever changes them changes the guard."""

import sys
from functools import cache
from pathlib import Path


@cache
def own_places() -> tuple[Path, ...]:
    """The folders of this program's code, and its virtual environment if it has one; absolute, without links."""
    code = Path(__file__).resolve().parents[2]
    places = [code / name for name in ("server", "tools", "resources")]
    if sys.prefix != sys.base_prefix:
        places.append(Path(sys.prefix).resolve())
    return tuple(places)


def own_places_in(root: Path) -> tuple[Path, ...]:
    """Those that lie in the folder `root`."""
    return tuple(place for place in own_places() if place.is_relative_to(root) and place != root)


def is_own(path: Path) -> bool:
    """Whether the absolute `path` lies in one of them."""
    return any(path.is_relative_to(place) for place in own_places())
