"""The wheel's only public module: puts the relocated folders first on the path, then runs the command line.

`server`, `tools` and `resources` are too generic for site-packages, so the wheel nests them under
`astreinte/`. This application owns its process: the user's working directory must never be able to
shadow those names, hence the path surgery before the first import.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run `astreinte` with this installation's own sources, whatever the working directory holds."""
    here = Path(__file__).resolve().parent
    if (here / "server").is_dir():
        # "" and "." stand for the working directory, which may be a hostile repository.
        kept = [entry for entry in sys.path if entry not in {"", "."} and Path(entry).resolve() != Path.cwd()]
        sys.path[:] = [str(here), *kept]
    # Otherwise this is an editable install: its .pth file already names the source tree.
    from server.cli import app  # noqa: PLC0415 - only importable once the path is set

    app(prog_name="astreinte")
