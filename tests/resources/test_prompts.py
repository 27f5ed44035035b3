"""The prompts: the card word for word, the handoff worked in; what the user writes never leaves its quotation."""

import hashlib
import re
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp import Client
from mcp.server.mcpserver import MCPServer
from mcp.shared.exceptions import MCPError

from resources.catalogue import Language
from resources.library import HERE, read_card
from server.prompts import prompts, quote, render
from tools.handoff.expected_input import WORDS, Part, mentioned

CARD = HERE / "prompts" / "fr" / "devops.md"
CARD_SHA256 = "0f0bbf3300c253a9e1ca98e8e227fc08befda0d18acb2dfcd93b4aca64559785"
SEED = Path(__file__).resolve().parents[2].parent / "shared" / "seed" / "devops-agent.fr.md"
JOBS = {
    "deliver_service": {},
    "review_infrastructure": {},
    "plan_change": {"change": "PostgreSQL 16 → 17"},
    "respond_to_incident": {"symptom": "503"},
}
Mode = Literal["legacy", "auto"]
ALL: tuple[Part, ...] = tuple(WORDS)


def _server(language: Language = "fr") -> MCPServer[Any]:
    server: MCPServer[Any] = MCPServer("test")
    for prompt in prompts(language):
        server.add_prompt(prompt)
    return server


async def _text(name: str, arguments: dict[str, str], language: Language = "fr", mode: Mode = "auto") -> str:
    async with Client(_server(language), mode=mode) as client:
        (message,) = (await client.get_prompt(name, arguments)).messages
    assert message.role == "user"
    assert message.content.type == "text"
    return message.content.text


def test_the_card_is_kept_byte_for_byte() -> None:
    assert hashlib.sha256(CARD.read_bytes()).hexdigest() == CARD_SHA256


def test_the_card_is_the_seed() -> None:
    if not SEED.exists():
        pytest.skip("the seed of the card is not here")
    assert CARD.read_bytes() == SEED.read_bytes()


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_the_french_prompt_contains_the_card_word_for_word(mode: Mode) -> None:
    body = CARD.read_text(encoding="utf-8").split("---\n", 2)[2].strip()
    assert body.startswith("Tu es un INGÉNIEUR DEVOPS SENIOR.")
    assert (await _text("devops", {}, mode=mode)).startswith(body)


def test_the_english_card_has_the_same_shape_as_the_french_one() -> None:
    french, english = (read_card("fr").splitlines(), read_card("en").splitlines())
    assert len(french) == len(english)
    mark = re.compile(r"#+ |- |\d\. |\||")
    for left, right in zip(french, english, strict=True):
        assert (mark.match(left) or [""])[0] == (mark.match(right) or [""])[0]
        assert left.count("**") == right.count("**")
        assert left.count("|") == right.count("|")


async def test_the_language_argument_wins_over_the_server() -> None:
    assert "Handoff input" in await _text("devops", {"language": "en"}, "fr")
    assert "Entrée du handoff" in await _text("devops", {"langue": "fr-FR"}, "en")


async def test_an_empty_handoff_says_what_is_missing_and_who_can_give_it() -> None:
    text = await _text("devops", {})
    section = text.split("## Entrée du handoff")[1]
    assert section.count("**manquant**") == 8
    assert "| Contraintes : budget infra | **manquant** | chef-equipe |".replace(" :", "\u00a0:") in section.replace(
        " :", "\u00a0:"
    )
    assert "**bloquant**" in section


async def test_what_is_given_is_quoted_and_no_longer_missing() -> None:
    given = {
        "contexte": "API FastAPI sur AWS ECS, Dockerfile présent, variable DATABASE_URL",
        "contraintes": "200 €/mois, SLA 99,9 %, RGPD",
        "livrables": "pipeline CI/CD et monitoring",
    }
    section = (await _text("devops", given)).split("## Entrée du handoff")[1]
    for value in given.values():
        assert f"> {value}" in section
    assert "**manquant**" not in section
    assert re.search(r"configuration de déploiement \| non demandé", section)
    assert "**en attente**" in section


async def test_english_names_of_the_arguments_are_understood() -> None:
    text = await _text(
        "devops", {"context": "Go on Kubernetes", "constraints": "GDPR", "deliverables": "pipeline"}, "en"
    )
    assert "> Go on Kubernetes" in text
    assert "| Constraints: regulations (GDPR, hosting) | mentioned |" in text


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(("name", "arguments"), JOBS.items())
async def test_a_job_names_its_tools_the_format_the_statuses_and_the_escalation(
    name: str, arguments: dict[str, str], language: Language
) -> None:
    text = await _text(name, arguments, language)
    assert "`inspect_project`" in text
    assert all(f"`{status}`" in text for status in ("done", "waiting", "blocked"))
    assert all(role in text for role in ("securite", "chef-equipe", "architecte"))
    for value in arguments.values():
        assert f"> {value}" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"contexte": "x", "cible": "y"}, "cible"),
        ({"language": "de"}, "de"),
        ({"contexte": "x" * 20_001}, "contexte"),
    ],
)
async def test_a_wrong_argument_is_refused_by_name(arguments: dict[str, str], said: str) -> None:
    async with Client(_server()) as client:
        with pytest.raises(MCPError, match=said):
            await client.get_prompt("devops", arguments)


@given(st.text(max_size=300))
def test_what_the_user_writes_never_leaves_its_quotation(text: str) -> None:
    assert all(line.startswith(">") for line in quote(text).splitlines())


@given(st.text(max_size=200).filter(lambda text: text.strip()))
def test_the_prompt_outside_quotations_does_not_depend_on_the_words_of_the_user(text: str) -> None:
    def ours(value: str) -> list[str]:
        values = {"path": value, "target": "", "environments": "", "constraints": ""}
        return [line for line in render("deliver_service", values, "en").splitlines() if not line.startswith(">")]

    assert ours(text) == ours("services/api")


def test_invisible_characters_are_dropped() -> None:
    assert quote("a\u202eb\u200bc\U000e0041d\x00e\ud800") == "> abcde"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Node 22 + Express, Vercel", ["stack", "provider"]),
        ("service en Go sur serveur dédié", ["stack", "provider"]),
        ("coût maîtrisé, disponibilité 99,95 %, données de santé", ["budget", "sla", "regulations"]),
        ("go to the next step, in view of what follows ci-dessous", []),
        ("docker-compose et .env", ["dockerfiles", "variables"]),
        ("alertes Prometheus, déployer avec Helm", ["deployment", "monitoring"]),
        ("", []),
    ],
)
def test_parts_of_the_expected_input_are_recognised_by_words(text: str, parts: list[Part]) -> None:
    found = mentioned(text, ALL)
    assert [part for part in found if part in parts or not parts] == parts
    if not parts:
        assert found == []
