"""Draws Mermaid text as SVG, where the extra `pictures` is installed."""

import json
import re
from collections.abc import Sequence
from importlib.util import find_spec

import anyio.to_thread

from resources.catalogue import _
from tools.guard.errors import ExpectedError, ProgramMissingError

# Letters as SVG text: viewers of files do not show HTML inside a picture.
LOOK = json.dumps(
    {
        "site_config": {
            "theme": "neutral",
            "htmlLabels": False,
            "flowchart": {"htmlLabels": False, "wrappingWidth": 360},
            "xyChart": {"xAxis": {"labelFontSize": 12}},
        }
    }
)

_WIDTH = re.compile(r'width="100%"([^>]*?) style="max-width: ([\d.]+)px;"')


class PictureError(ExpectedError):
    """The text is no picture that can be drawn."""


def can_draw() -> bool:
    """Whether the engine is installed."""
    return find_spec("merman") is not None


async def draw(texts: Sequence[str]) -> list[str]:
    """Each of `texts` as SVG.

    Raises:
        ProgramMissingError: the engine is not installed.
        PictureError: one of them does not parse, or is too much to draw.
    """
    if not can_draw():
        raise ProgramMissingError(
            _("Pictures are not drawn here: the Mermaid engine is not installed."),
            _("Install it with: pip install 'astreinte[pictures]'"),
        )
    return await anyio.to_thread.run_sync(_draw, texts)


def _draw(texts: Sequence[str]) -> list[str]:
    import merman  # noqa: PLC0415 - an extra

    engine = merman.Merman()
    try:
        return [_sized(engine.render_svg(text, LOOK)) for text in texts]
    except merman.MermanError as error:
        raise PictureError(_("The picture cannot be drawn: {reason}.", reason=str(error)[-300:])) from error


def _sized(svg: str) -> str:
    """`svg` as wide as it is: it would grow to fill whatever page shows it."""
    return _WIDTH.sub(r'width="\2"\1', svg, count=1)
