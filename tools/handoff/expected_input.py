"""Recognises which parts of the card's expected input a free text mentions.

It reads for words, so it says *mentioned*, never *given*: the agent still checks. What it does not find is
what the agent must detect or ask.
"""

import re
import unicodedata
from typing import Literal

Part = Literal[
    "stack",
    "provider",
    "dockerfiles",
    "variables",
    "budget",
    "sla",
    "regulations",
    "pipeline",
    "deployment",
    "monitoring",
]

# Verbose patterns for text in lower case without accents: spaces separate for the eye, `\ ` is a space.
WORDS: dict[Part, str] = {
    "stack": r"""
        python | django | fastapi | flask | php | laravel | symfony | ruby | rails | rust | elixir | phoenix
        | node(\.?js)? | express(\.?js)? | nest\.?js | next\.?js | nuxt | svelte(kit)? | react(\.?js)?(?!\ to)
        | vue(\.?js|\ ?[23]) | angular | vite | astro | bun | deno | typescript | javascript
        | golang | go\ (api|service|backend|\d[\d.]*) | (api|service|backend|en|in)\ go
        | java | kotlin | scala | spring(\ boot)? | quarkus | \.net | dotnet | c\#
        | monorepo | sites?\ statiques? | static\ sites? | wordpress
    """,
    "provider": r"""
        aws | amazon | ec2 | ecs | eks | fargate | lambda | gcp | google\ cloud | cloud\ run | gke | azure | aks
        | vercel | railway | render(\.com)? | scaleway | ovh(cloud)? | hetzner | digitalocean | heroku | fly\.io
        | clever\ cloud | cloudflare | kubernetes | k8s | k3s | swarm | nomad
        | on[- ]prem(ises?)? | self[- ]hosted | auto-?heberge\w* | vps | bare\ metal
        | serveurs?\ dedies? | dedicated\ servers?
    """,
    "dockerfiles": r"""
        docker\ ?files? | containerfiles? | docker[- ]?compose | compose\.ya?ml | dockeri[sz]\w+
        | images?\ docker | docker\ images? | conteneuris\w+ | containeri[sz]\w+
    """,
    "variables": r"variables? | env\ vars? | \.env | secrets? | credentials? | identifiants | config\ ?maps?",
    "budget": r"budgets? | eur(os?)? | usd | dollars? | couts? | costs? | par\ mois | per\ month | /\ ?(mois|month)",
    "sla": r"sla | slo | disponibilite | availability | uptime | 99[.,]\d+ | 99\ ?% | rto | rpo",
    "regulations": r"""
        rgpd | gdpr | hds | hipaa | pci([\ -]dss)? | iso[\ -]?27001 | soc\ ?2 | secnumcloud | nis\ ?2 | dora
        | reglement\w* | regulat\w* | compliance | conformite | heberge\w*\ (en|dans|in)\ \w+ | hosted\ in\ \w+
        | hosting | hebergement | ue | union\ europeenne | eu\ only | data\ residency
        | donnees\ (personnelles|de\ sante) | (personal|health)\ data
    """,
    "pipeline": r"pipelines? | ci/cd | ci(?!-) | cd | github\ actions | gitlab([\ -]ci)? | workflows?",
    "deployment": r"""
        deploi\w* | deploy\w* | manifestes? | manifests? | helm | kustomize | terraform | compose | docker\ ?files?
        | nginx | traefik | infra\w*
    """,
    "monitoring": r"""
        monitor\w* | observab\w* | alert\w* | prometheus | grafana | loki | datadog | cloudwatch
        | metriques? | metrics? | logs? | supervision | dashboards? | tableaux?\ de\ bord
    """,
}
# What only the text as written shows: names of variables, currency signs.
SIGNS: dict[Part, str] = {"variables": r"\b[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+\b", "budget": r"[€$£]"}


def mentioned(text: str, parts: tuple[Part, ...]) -> list[Part]:
    """Which of `parts` the text speaks of, in the order asked."""
    plain = _plain(text)
    return [part for part in parts if _speaks_of(part, text, plain)]


def _speaks_of(part: Part, text: str, plain: str) -> bool:
    # A letter or digit beside the word makes it another word; `_`, `-` and `.` may belong to names such as .env.
    found = re.search(rf"(?<![a-z0-9])(?:{WORDS[part]})(?![a-z0-9])", plain, re.VERBOSE)
    return bool(found or (part in SIGNS and re.search(SIGNS[part], text)))


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).lower()
