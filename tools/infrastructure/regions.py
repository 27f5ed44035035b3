"""Where each environment lies, and whether regulations and hosting let it lie there."""

import difflib
import re
from typing import Any

from resources.catalogue import _
from resources.facts import read_facts
from tools.brief import Brief, Environment
from tools.infrastructure.problems import RegionNotAllowedError, UnknownRegionError
from tools.project import Question

USUAL = {"aws": "eu-west-3", "gcp": "europe-west9"}
_EUROPE = re.compile(r"\b(?:e\.?u\.?|u\.?e\.?|eea|eee|europe|europ[eé]enne?|european)\b", re.IGNORECASE)
_COUNTRIES = {
    "FR": re.compile(r"\b(?:france|fr|fran[cç]aise?|french)\b", re.IGNORECASE),
    "DE": re.compile(r"\b(?:germany|allemagne|german|de)\b", re.IGNORECASE),
    "IE": re.compile(r"\b(?:ireland|irlande)\b", re.IGNORECASE),
}
KEPT_IN_EUROPE = frozenset({"rgpd", "hds"})


def region_of(brief: Brief, environment: Environment, provider: str) -> str:
    """The region of `environment`.

    Raises:
        UnknownRegionError: the cloud has none of that name.
        RegionNotAllowedError: regulations or hosting keep the data elsewhere.
    """
    table: dict[str, Any] = read_facts("cloud_regions")[provider]
    region = environment.region or brief.context.platform.region or USUAL[provider]
    if region not in table:
        near = difflib.get_close_matches(region, table, 1)
        hint = _("Did you mean {guess}?", guess=near[0]) + " " if near else ""
        raise UnknownRegionError(
            _(
                "{provider} has no region {region} (environment {name}).",
                provider=provider.upper(),
                region=region,
                name=environment.name,
            ),
            hint
            + _(
                "Set context.platform.region or the environment's region to one of: {regions}.",
                regions=", ".join(sorted(table)),
            ),
        )
    allowed = _allowed(brief, table)
    if region not in allowed:
        raise RegionNotAllowedError(
            _(
                "The environment {name} lies in {region} ({place}), and {why} keeps its data elsewhere.",
                name=environment.name,
                region=region,
                place=table[region]["place"],
                why=_why(brief),
            ),
            _(
                "Set its region to one of: {regions}; or change constraints.regulations and constraints.hosting.",
                regions=", ".join(sorted(allowed)) or _("none that this cloud has"),
            ),
        )
    return region


def zones_of(region: str, provider: str) -> int:
    """How many availability zones the region has."""
    return int(read_facts("cloud_regions")[provider][region]["zones"])


def questions(brief: Brief, provider: str) -> list[Question]:
    """What a person must say about the place: no region, or a hosting requirement nobody here understands."""
    asked: list[Question] = []
    context = brief.context
    if context.platform.region is None and not all(each.region for each in context.environments):
        text = _("In which region does it run? Until it is said: {region}.", region=USUAL[provider])
        asked.append(Question(field="context.platform.region", question=text))
    hosting = brief.constraints.hosting
    if hosting and not _EUROPE.search(hosting) and not _country(hosting):
        text = _("Which regions does “{hosting}” allow? It is not understood and restricts nothing.", hosting=hosting)
        asked.append(Question(field="constraints.hosting", question=text))
    return asked


def in_europe_only(brief: Brief) -> bool:
    """Whether the data must stay in the European Union."""
    hosting = brief.constraints.hosting or ""
    return bool(KEPT_IN_EUROPE & set(brief.constraints.regulations) or _EUROPE.search(hosting) or _country(hosting))


def _allowed(brief: Brief, table: dict[str, Any]) -> set[str]:
    allowed = set(table)
    if in_europe_only(brief):
        allowed &= {name for name, facts in table.items() if facts["eu"]}
    country = _country(brief.constraints.hosting or "")
    if country:
        allowed &= {name for name, facts in table.items() if facts["country"] == country}
    return allowed


def _country(hosting: str) -> str | None:
    return next((code for code, pattern in _COUNTRIES.items() if pattern.search(hosting)), None)


def _why(brief: Brief) -> str:
    reasons = [f"constraints.regulations: {each}" for each in brief.constraints.regulations if each in KEPT_IN_EUROPE]
    if brief.constraints.hosting:
        reasons.append(f"constraints.hosting: {brief.constraints.hosting}")
    return ", ".join(reasons)
