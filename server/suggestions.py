"""What may stand in a prompt's argument: the brief's own choices and the words people use for them."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import get_args

from mcp_types import Completion, CompletionArgument

from resources.catalogue import LANGUAGES, Language, current_language
from resources.library import SHELVES
from tools.brief import Target

MOST = 100  # values of one answer; the protocol's limit

ARCHITECTURES = (
    "Python FastAPI",
    "Python Django",
    "Node.js NestJS",
    "Next.js",
    "Go",
    "Java Spring Boot",
    "AWS ECS",
    "AWS Lambda",
    "GCP Cloud Run",
    "GCP GKE",
    "Kubernetes",
    "Docker Swarm",
    "Vercel",
    "Railway",
    "Render",
    "PostgreSQL",
    "Redis",
)
CONSTRAINTS: dict[Language, tuple[str, ...]] = {
    "fr": ("budget 200 €/mois", "SLA 99,9 %", "RGPD", "hébergement UE", "HDS", "PCI DSS", "ISO 27001", "SOC 2"),
    "en": ("budget €200/month", "SLA 99.9%", "GDPR", "hosting in the EU", "HDS", "PCI DSS", "ISO 27001", "SOC 2"),
}
DELIVERABLES: dict[Language, tuple[str, ...]] = {
    "fr": ("pipeline CI/CD", "configuration de déploiement", "monitoring"),
    "en": ("CI/CD pipeline", "deployment configuration", "monitoring"),
}
CHANGES: dict[Language, tuple[str, ...]] = {
    "fr": (
        "changer de version majeure de ",
        "migrer la base vers ",
        "ajouter un environnement ",
        "réduire le coût de ",
    ),
    "en": ("upgrade the major version of ", "migrate the database to ", "add an environment ", "reduce the cost of "),
}
SYMPTOMS: dict[Language, tuple[str, ...]] = {
    "fr": (
        "erreurs 5xx",
        "latence élevée",
        "déploiement échoué",
        "certificat expiré",
        "base saturée",
        "service arrêté",
    ),
    "en": (
        "5xx errors",
        "high latency",
        "failed deployment",
        "expired certificate",
        "saturated database",
        "service down",
    ),
}
ENVIRONMENTS = ("dev", "staging", "prod")

Values = tuple[str, ...] | dict[Language, tuple[str, ...]]
SUGGESTIONS: dict[str, dict[str, Values]] = {
    "devops": {"contexte": ARCHITECTURES, "contraintes": CONSTRAINTS, "livrables": DELIVERABLES},
    "deliver_service": {
        "path": (".",),
        "target": get_args(Target),
        "environments": ENVIRONMENTS,
        "constraints": CONSTRAINTS,
    },
    "review_infrastructure": {"path": (".",), "focus": (*SHELVES["standards"], *SHELVES["rules"])},
    "plan_change": {"change": CHANGES, "environment": ENVIRONMENTS, "constraints": CONSTRAINTS},
    "respond_to_incident": {"symptom": SYMPTOMS, "environment": ENVIRONMENTS},
}
# Arguments that hold several values, separated by commas: the last one is completed.
LISTS = {"contexte", "contraintes", "livrables", "constraints", "environments", "focus"}


def suggest(prompt: str, argument: CompletionArgument, known: Mapping[str, str]) -> Completion | None:
    """Values for one argument of a prompt; `known` are the arguments already given.

    The language already chosen decides; before that, values of both languages are offered.
    """
    if prompt not in SUGGESTIONS:
        return None
    if argument.name == "language":
        return matching(LANGUAGES, argument.value)
    values = _spoken(SUGGESTIONS[prompt].get(argument.name, ()), known.get("language", ""))
    if argument.name not in LISTS:
        return matching(values, argument.value)
    before, comma, last = argument.value.rpartition(",")
    chosen = {_plain(each) for each in before.split(",")}
    left = [value for value in values if _plain(value) not in chosen]
    return matching(left, last.strip(), prefix=f"{before}{comma} " if comma else "")


def matching(values: Sequence[str], typed: str, prefix: str = "") -> Completion:
    """The values that begin with what is typed, then those that contain it; case and accents do not matter."""
    wanted = _plain(typed)
    begin = [value for value in values if _plain(value).startswith(wanted)]
    contain = [value for value in values if wanted in _plain(value) and value not in begin]
    found = [f"{prefix}{value}" for value in begin + contain]
    return Completion(values=found[:MOST], total=len(found), has_more=len(found) > MOST)


def _spoken(values: Values, language: str) -> tuple[str, ...]:
    if isinstance(values, tuple):
        return values
    if language in values:
        return values[language]
    first = current_language()
    ordered = (first, *(each for each in LANGUAGES if each != first))
    return tuple(dict.fromkeys(value for each in ordered for value in values[each]))


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold().strip()
