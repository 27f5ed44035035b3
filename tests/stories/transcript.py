"""What happened in a story, as a page that people read: volatile values stand still, everything else is as it was."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.stories.moves import Call, Event, Story
from tests.stories.words import Language, Words

LONGEST_TEXT = 600
LONGEST_LIST = 12
MOST_LINES, HEAD = 32, 18
SAME_QUESTION = {"plan_terraform", "rollback_terraform"}
"""Whoever has seen the first of these questions need not read the others in full."""

CALLS = Words("Appel", "Call")
ANSWERS = Words("Réponse", "Answer")
REFUSED = Words("Le serveur refuse", "The server refuses")
PERSON = Words("La personne, dans son terminal", "The person, at a terminal")
MORE = Words("… ({count} lignes de plus)", "… ({count} more lines)")
OTHERS = Words("… (et {count} autres)", "… (and {count} others)")
MADE = Words(
    "Cette page est ce qui s'est passé : `make stories` rejoue l'histoire contre le vrai serveur et la réécrit.",
    "This page is what happened: `make stories` plays the story against the real server and writes it anew.",
)


@dataclass
class Transcript:
    """Grows as the story goes."""

    language: Language
    parts: list[str] = field(default_factory=list)
    steps: int = 0
    asked: set[str] = field(default_factory=set)

    def event(self, event: Event) -> None:
        """Something happened that the agent did not do."""
        self.parts.append(f"*{event.what.of(self.language)}*")

    def call(self, call: Call) -> None:
        """The agent calls."""
        self.steps += 1
        if call.brief:
            return
        self.parts.append(f"## {self.steps}. `{call.tool}`\n\n{call.why.of(self.language)}")
        self._told(CALLS.of(self.language), call.arguments)

    def waits(self, call: Call, commands: list[tuple[str, str]]) -> None:
        """The call waits for a person, who says their word."""
        if call.brief:
            return
        if call.tool in self.asked and len(commands) == 1:  # the reader has seen one
            commands = [(command, "…\n" + shown.strip().splitlines()[-1]) for command, shown in commands]
        self.asked |= {call.tool} & SAME_QUESTION
        lines = "\n".join(f"$ {command}\n{self._middle_out(shown)}" for command, shown in commands)
        self.parts.append(_fence("console", _plain(lines), PERSON.of(self.language)))

    def answer(self, call: Call, answer: Mapping[str, Any]) -> None:
        """The server answers."""
        if call.brief:
            path = call.arguments.get("path", "")
            told = str(answer.get("error") or answer.get("summary", "")).strip()
            self.parts.append(f"**{self.steps}.** `{call.tool}` `{path}`: {told}")
            return
        if "error" in answer:
            self.parts.append(_fence("text", str(answer["error"]), REFUSED.of(self.language)))
            return
        summary = str(answer.get("summary", "")).strip()
        if summary:
            self.parts.append("\n".join(f"> {line}".rstrip() for line in summary.splitlines()))
        shown = {name: found for name in call.show if (found := _found(answer, name.split("."))) is not None}
        if shown:
            self._told(ANSWERS.of(self.language), shown)

    def page(self, story: Story, still: Mapping[str, str]) -> str:
        """The whole page; `still` are texts of this run with what the page says instead."""
        head = [f"# {story.title.of(self.language)}", story.opening.of(self.language)]
        told = [*head, *self.parts, story.ending.of(self.language), f"<small>{MADE.of(self.language)}</small>"]
        return _stand_still("\n\n".join(told), still) + "\n"

    def _told(self, title: str, values: Mapping[str, Any]) -> None:
        """Values as JSON; texts of many lines stand below it as they are."""
        texts = {name: value for name, value in values.items() if isinstance(value, str) and "\n" in value}
        rest = {name: value for name, value in values.items() if name not in texts}
        if rest or not texts:
            self.parts.append(_fence("json", json.dumps(self._short(rest), ensure_ascii=False, indent=2), title))
        for name, text in texts.items():
            self.parts.append(
                _fence("diff" if name == "diff" else "text", self._short(text).rstrip(), f"{title}: {name}")
            )

    def _middle_out(self, shown: str) -> str:
        lines = shown.strip().splitlines()
        left = len(lines) - MOST_LINES
        if left <= 0:
            return "\n".join(lines)
        return "\n".join([*lines[:HEAD], MORE.of(self.language).format(count=left), *lines[left + HEAD :]])

    def _short(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: self._short(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            kept = [self._short(each) for each in value[:LONGEST_LIST]]
            left = len(value) - len(kept)
            return [*kept, OTHERS.of(self.language).format(count=left)] if left else kept
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            lines = value[:LONGEST_TEXT].splitlines()[:-1]
            count = len(value.splitlines()) - len(lines)
            return "\n".join([*lines, MORE.of(self.language).format(count=count)])
        return value


VOLATILE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)"), "2026-11-26T09:00:00Z"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "sha256-{number}"),
    (re.compile(r"\b[0-9a-f]{16}\b"), "id-{number}"),
    (re.compile(r"\b(?:instance|db_instance|security_group)-[0-9a-f]{8}\b"), "thing-{number}"),
    (re.compile(r"\bfp[0-9a-f]{24}\b"), "fp-{number}"),
    (re.compile(r"\S+ at /dev/pts/\d+"), "alice at /dev/pts/1"),
    (re.compile(r"\b[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d \d{4} \+0000"), "Thu Nov 26 09:00:00 2026 +0000"),
    (re.compile(r"(?:/[\w.+-]+)*/?\bterraform \d+\.\d+\.\d+"), "terraform 1.11.4"),
    (re.compile(r"\b\d+[.,]\d+ ?s\b"), "0.5 s"),
    (re.compile(r"\b\d+([.,]\d+)? ms\b"), "5 ms"),
)


def _stand_still(text: str, still: Mapping[str, str]) -> str:
    for found, instead in still.items():
        text = text.replace(found, instead)
    for pattern, instead in VOLATILE:
        text = pattern.sub(_numbered(instead) if "{" in instead else instead, text)
    return text


def _numbered(form: str) -> Callable[[re.Match[str]], str]:
    known: dict[str, str] = {}
    return lambda found: known.setdefault(found[0], form.format(number=len(known) + 1))


def _found(value: Any, path: list[str]) -> Any:
    for name in path:
        if isinstance(value, list):
            return [_found(each, [name]) for each in value]
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _fence(kind: str, text: str, title: str) -> str:
    ticks = "````" if "```" in text else "```"
    return f'{ticks}{kind} title="{title}"\n{text}\n{ticks}'


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
