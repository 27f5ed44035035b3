"""A structured result as the texts beside it: the sentence for people, and the JSON for clients that read only text."""

import json
from collections.abc import Mapping
from typing import Any

from resources.catalogue import _

MIRROR_FACTOR = 4  # the JSON mirror may be larger than the pages that reading tools cut


def texts(structured: Mapping[str, Any], limit: int) -> list[dict[str, str]]:
    """The content blocks of a result whose reading tools cut at `limit` characters."""
    body = json.dumps(structured, ensure_ascii=False, separators=(",", ":"))
    if len(body) > limit * MIRROR_FACTOR:
        body = _(
            "The full answer ({size} characters) is in the structured result; it is too large to repeat as text.",
            size=len(body),
        )
    summary = structured.get("summary")
    found = [summary, body] if isinstance(summary, str) and summary else [body]
    return [{"type": "text", "text": each} for each in found]
