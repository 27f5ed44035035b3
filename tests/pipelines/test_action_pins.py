"""Every action is pinned to a commit, and no pin is called current unless its repository said so."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from resources.facts import read_facts
from tools.pipelines.action_pins import judge, parse_tags, pin, review_pins

PINS: list[dict[str, Any]] = read_facts("actions_pins")["pins"]
OLD, NEW = "a" * 40, "b" * 40


def test_each_pin_is_a_commit_with_a_version_and_where_it_was_seen() -> None:
    for each in PINS:
        assert re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v?\d[\w.]*", pin(each["action"]))
        assert each["seen_in"]
        assert date.fromisoformat(each["seen_as_of"]) <= date(2026, 11, 23)


async def test_a_repository_that_cannot_be_asked_leaves_a_pin_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # no git
    reviews = await review_pins(100_000, date(2026, 11, 23))
    assert {each.status for each in reviews} == {"unknown"}
    assert len(reviews) == len(PINS)


async def test_a_pin_last_seen_long_ago_is_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert {each.status for each in await review_pins(30, date(2030, 1, 1))} == {"stale"}


@pytest.mark.parametrize(
    ("tag", "tags", "status"),
    [
        ("v4.1.0", {"v4.1.0": OLD, "v4.0.9": NEW}, "current"),
        ("v4.1.0", {"v4.1.0": OLD, "v4.10.0": NEW}, "stale"),
        ("v4.1.0", {"v4.1.0": OLD, "v5": NEW, "v5-beta": NEW, "nightly": NEW}, "current"),
        ("v4.1.0", {"v4.1.0": NEW}, "stale"),
        ("v4.1.0", {}, "stale"),
        ("v2", {"v2": OLD, "v2.3.0": NEW}, "current"),
        ("v2", {"v2": OLD, "v3": NEW}, "stale"),
    ],
)
def test_a_pin_is_judged_by_the_tags_of_its_repository(tag: str, tags: dict[str, str], status: str) -> None:
    assert judge({"action": "a/b", "tag": tag, "sha": OLD}, tags).status == status


def test_an_annotated_tag_stands_for_the_commit_it_points_at() -> None:
    listing = f"{OLD}\trefs/tags/v1\n{NEW}\trefs/tags/v1^{{}}\n{OLD}\trefs/tags/v2\n"
    assert parse_tags(listing) == {"v1": NEW, "v2": OLD}
