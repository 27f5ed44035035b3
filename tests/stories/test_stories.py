"""Five whole stories, each by an agent without a model, over the real protocol; each is a page of the tutorial."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stories import dangerous_plan, failing_deploy, found_secret, incident, new_service
from tests.stories.agent import Agent, connected
from tests.stories.moves import Seen, Story
from tests.stories.person import Person
from tests.stories.transcript import Transcript
from tests.stories.words import Language
from tests.stories.world import Production, World, world
from tools.guard.process import find_program

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs"
NAMES = ("new-service", "failing-deploy", "dangerous-plan", "found-secret", "incident")
# What must not go otherwise without anybody noticing; a sentence that is put better elsewhere is no other story.
FACT = re.compile(
    r'^(?:## \d+\. `(\w+)`|\s+"((?:[\w.]*verdict|outcome|status|decision|exit_status|to)": .*))$', re.MULTILINE
)
STEP = re.compile(r"^(?:## \d+\.|\*\*\d+\.\*\*) `(\w+)`", re.MULTILINE)
pytestmark = pytest.mark.timeout(300)  # processes and plans: seconds alone, a minute on a busy machine
needs_terraform = pytest.mark.skipif(find_program("terraform") is None, reason="terraform is not installed")


def told(*languages: Language) -> list[Language]:
    """The languages a story is played in: a run takes seconds, so that only `make stories` plays each in both."""
    return ["fr", "en"] if os.environ.get("UPDATE_GOLDENS") else list(languages)


def same_words(*, behind: bool) -> None:
    """Say that a page's wording is behind; the sentences of the program change more often than stories do."""
    if behind:
        pytest.xfail("the page tells the same story in older words: make stories")


async def carried(
    tmp_path: Path, language: Language, name: str, tell: Callable[[World, Production], Story]
) -> tuple[Seen, World, bool]:
    """Play the story; its page is the one in the repository. Also whether only the words of the page are behind."""
    with world(tmp_path, language) as (place, production):
        story = tell(place, production)
        transcript = Transcript(language)
        person = Person(place.environment, story.judge)
        async with connected(place.repository, place.environment) as client:
            seen = await Agent(client, person, transcript).carry(story)
        page = transcript.page(story, {**place.still, **story.hidden})
    kept = PAGES / language / "tutorial" / f"{name}.md"
    if os.environ.get("UPDATE_GOLDENS"):
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(page)
    assert FACT.findall(kept.read_text()) == FACT.findall(page), (
        "the story went otherwise than its page tells: make stories"
    )
    told_otherwise = kept.read_text() != page
    return seen, place, told_otherwise


@pytest.mark.parametrize("language", told("fr"))
async def test_a_new_service_comes_into_production(tmp_path: Path, language: Language) -> None:
    seen, place, behind = await carried(tmp_path, language, "new-service", new_service.story)
    assert seen.last("verify_deployment")["verdict"] == "pass"
    assert place.git("status", "--porcelain") == ""
    same_words(behind=behind)


@needs_terraform
@pytest.mark.parametrize("language", told("en"))
async def test_a_failing_deployment_is_taken_back(tmp_path: Path, language: Language) -> None:
    seen, place, behind = await carried(tmp_path, language, "failing-deploy", failing_deploy.story)
    assert [each["verdict"] for each in seen.all("verify_deployment")] == ["pass", "fail", "pass"]
    assert [each["ami"] for each in place.cloud.things.values()] == [failing_deploy.GOOD]
    same_words(behind=behind)


@needs_terraform
@pytest.mark.parametrize("language", told("fr"))
async def test_a_dangerous_plan_is_refused(tmp_path: Path, language: Language) -> None:
    _seen, place, behind = await carried(tmp_path, language, "dangerous-plan", dangerous_plan.story)
    assert [(each["engine"], each["deletion_protection"]) for each in place.cloud.things.values()] == [("mysql", True)]
    assert "aws_db_instance.orders" in (place.root / "escalations.jsonl").read_text()
    same_words(behind=behind)


@pytest.mark.parametrize("language", told("en"))
async def test_a_secret_is_found(tmp_path: Path, language: Language) -> None:
    seen, place, behind = await carried(tmp_path, language, "found-secret", found_secret.story)
    assert seen.last("scan_secrets")["leaks"] == []
    assert not (place.repository / "shop/keys.py").exists()
    assert found_secret.KEY not in str([answer for _call, answer in seen.answers])
    same_words(behind=behind)


@needs_terraform
@pytest.mark.parametrize("language", told("fr"))
async def test_an_incident_ends_with_a_post_mortem(tmp_path: Path, language: Language) -> None:
    seen, place, behind = await carried(tmp_path, language, "incident", incident.story)
    assert [each["verdict"] for each in seen.all("verify_deployment")] == ["fail", "pass"]
    assert (place.repository / incident.REPORT).exists()
    same_words(behind=behind)


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_tell_the_same_story(name: str) -> None:
    tools = [STEP.findall((PAGES / language / "tutorial" / f"{name}.md").read_text()) for language in ("fr", "en")]
    assert tools[0] == tools[1]
    assert len(tools[0]) >= 5
