"""Shows on a terminal how far long work has come; says nothing where nobody looks."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from tools.context import Progress as Tell


@contextmanager
def progress_bar() -> Iterator[Tell]:
    """What tools report to, drawn on standard error and gone when the work is done."""
    console = Console(stderr=True)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task("", total=None)

        async def tell(done: float, total: float | None, message: str) -> None:
            bar.update(task, completed=done, total=total, description=message)

        yield tell
