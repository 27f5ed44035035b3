"""Takes a plan's secrets out of a text in time that does not depend on how many there are."""

import json
from collections.abc import Iterable
from functools import lru_cache

_HEAD = 4
MARK = "[REDACTED:plan_secret]"


class Scrub:
    """Replaces every known secret, as it is and as JSON writes it. Encoded forms are the redactor's, at the door."""

    def __init__(self, secrets: Iterable[str]) -> None:
        by_head: dict[str, list[str]] = {}
        for secret in secrets:
            for form in {secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}:
                if len(form) >= _HEAD:
                    by_head.setdefault(form[:_HEAD], []).append(form)
        for forms in by_head.values():
            forms.sort(key=len, reverse=True)
        self._by_head = by_head
        self._heads = {tuple(head) for head in by_head}

    def __call__(self, text: str) -> str:
        """`text` without the secrets."""
        heads = self._by_head
        # Almost no text holds one: four letters at a time are looked up without a Python loop.
        if not heads or self._heads.isdisjoint(zip(text, text[1:], text[2:], text[3:], strict=False)):
            return text
        pieces: list[str] = []
        done = at = 0
        end = len(text) - _HEAD
        while at <= end:
            forms = heads.get(text[at : at + _HEAD])
            found = next((form for form in forms if text.startswith(form, at)), None) if forms else None
            if found is None:
                at += 1
                continue
            pieces += (text[done:at], MARK)
            at = done = at + len(found)
        return "".join((*pieces, text[done:])) if pieces else text


@lru_cache(maxsize=8192)
def without_patterns(text: str) -> str:
    """`text` without what looks like a secret whatever the plan knows."""
    from tools.guard.redact import Redactor  # noqa: PLC0415 - its patterns are compiled when evidence first needs them

    return Redactor().text(text)
