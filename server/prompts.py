"""The prompts: the agent card with its handoff input, and the four jobs people start from.

The texts are templates in `resources/prompts/<language>/`; this file says which arguments each one takes
and lays what the person wrote into it, quoted line by line so that it can never pass for our own text.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from mcp.server.mcpserver.prompts import Prompt
from mcp.server.mcpserver.prompts.base import PromptArgument
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS

from resources.catalogue import LANGUAGES, Language, _, speaking
from resources.library import SHELVES, Kind, prompt_folders, read_card
from tools.handoff.expected_input import Part, mentioned

# jinja2 is imported inside the function that needs it: a server that only lists its prompts starts without it.
if TYPE_CHECKING:
    from jinja2 import Environment

LONGEST = 20_000  # characters of one argument; a log file belongs in the workspace, where `read` pages it
# The card names its arguments in French; people who read English may give them in English.
ALIASES = {"langue": "language", "context": "contexte", "constraints": "contraintes", "deliverables": "livrables"}
SITUATION: tuple[Part, ...] = ("stack", "provider", "dockerfiles", "variables", "budget", "sla", "regulations")
DELIVERABLES: tuple[Part, ...] = ("pipeline", "deployment", "monitoring")


def prompts(language: Language) -> list[Prompt]:
    """Every prompt, described in `language`, which is also their language unless a call asks for the other."""
    with speaking(language):
        return [
            _prompt(
                language,
                "devops",
                _("Senior DevOps engineer"),
                _("The DevOps engineer's card, with your request worked into its handoff protocol."),
                [
                    _argument("contexte", _("Target architecture: stack, cloud provider, Dockerfiles, variables.")),
                    _argument("contraintes", _("Infrastructure budget, required SLA, regulations.")),
                    _argument("livrables", _("Expected deliverables: pipeline, deployment configuration, monitoring.")),
                ],
            ),
            _prompt(
                language,
                "deliver_service",
                _("Deliver a service"),
                _("Take a service from its repository to production: complete, verified, reversible."),
                [
                    _argument("path", _("Folder of the service in the workspace. Default: its root.")),
                    _argument("target", _("What runs the containers: registry, ecs, cloud_run, kubernetes.")),
                    _argument("environments", _("Environments in promotion order, for example dev, staging, prod.")),
                    _argument("constraints", _("Infrastructure budget, required SLA, regulations.")),
                ],
            ),
            _prompt(
                language,
                "review_infrastructure",
                _("Review infrastructure"),
                _("Judge a repository against the standards, with evidence and the smallest fixes."),
                [
                    _argument("path", _("Folder to review in the workspace. Default: its root.")),
                    _argument("focus", _("Standards or rules to look at, by name. Default: all.")),
                ],
            ),
            _prompt(
                language,
                "plan_change",
                _("Plan a change"),
                _("Prepare a change for approval: impact, downtime, the way back, the steps."),
                [
                    _argument("change", _("What should change, in your own words."), required=True),
                    _argument("environment", _("Environment concerned, for example prod.")),
                    _argument("constraints", _("Maintenance window, budget, SLA.")),
                ],
            ),
            _prompt(
                language,
                "respond_to_incident",
                _("Respond to an incident"),
                _("Restore the service, find the cause, keep the timeline, draft the post-mortem."),
                [
                    _argument("symptom", _("What is seen: alert, error, logs."), required=True),
                    _argument("environment", _("Environment concerned, for example prod.")),
                    _argument("since", _("Since when, for example 09:40 UTC.")),
                ],
            ),
        ]


def render(name: str, given: Mapping[str, str], language: Language) -> str:
    """The text of prompt `name` in `language`, with what was given worked in."""
    # People write a budget into the context and a region into the constraints: both are read as one.
    situation = f"{given.get('contexte', '')}\n{given.get('contraintes', '')}"
    found = mentioned(situation, SITUATION) + mentioned(given.get("livrables", ""), DELIVERABLES)
    judged: tuple[Kind, ...] = ("standards", "rules")
    uris = [f"devops://{kind}/{page}" for kind in judged for page in SHELVES[kind]]
    card = read_card(language) if name == "devops" else ""
    template = _environment(language).get_template(f"{name}.md.j2")
    return template.render(given, card=card, mentioned=found, standards=uris).strip() + "\n"


def quote(text: str) -> str:
    """`text` as a Markdown quotation that it cannot leave: every line is marked, invisible characters are gone.

    Invisible characters (controls, text direction, Unicode tags) can carry orders that a person does not see.
    """
    lines = ("".join(char for char in line if _is_visible(char)) for line in text.strip().splitlines())
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _prompt(language: Language, name: str, title: str, description: str, arguments: Sequence[PromptArgument]) -> Prompt:
    declared = [*arguments, _argument("language", _("Language of the prompt: fr or en."))]
    names = [argument.name for argument in declared]

    def fill(**given: str) -> str:
        values = dict.fromkeys(names, "") | _checked(given, names, language)
        return render(name, values, _language(values["language"] or language, language))

    # Made directly: Prompt.from_function derives a pydantic model per function (0.7 ms each at every start)
    # and can only say "Error rendering prompt" when an argument is wrong.
    return Prompt(name=name, title=title, description=description, arguments=declared, fn=fill)


def _argument(name: str, description: str, *, required: bool = False) -> PromptArgument:
    return PromptArgument(name=name, description=description, required=required)


def _checked(given: Mapping[str, str], names: Sequence[str], language: Language) -> dict[str, str]:
    """The arguments that say something, under their own names."""
    values: dict[str, str] = {}
    for key, value in given.items():
        name = key if key in names else ALIASES.get(key, key)
        with speaking(language):
            if name not in names:
                raise _refused(_("Unknown argument {name}. There are: {names}.", name=key, names=", ".join(names)))
            if len(value) > LONGEST:
                raise _refused(
                    _(
                        "{name} is longer than {size} characters. Put the text in a file of the workspace and name it.",
                        name=key,
                        size=LONGEST,
                    )
                )
        if value.strip():
            values[name] = value
    return values


def _language(wanted: str, default: Language) -> Language:
    code = wanted.strip().lower().replace("_", "-").split("-")[0]
    for language in LANGUAGES:
        if code == language:
            return language
    with speaking(default):
        raise _refused(_("Unknown language {name}. There are: {names}.", name=wanted, names=", ".join(LANGUAGES)))


def _refused(message: str) -> MCPError:
    return MCPError(code=INVALID_PARAMS, message=message)


def _is_visible(char: str) -> bool:
    return char == "\t" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


@cache
def _environment(language: Language) -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415

    environment = Environment(
        loader=FileSystemLoader(prompt_folders(language)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - Markdown for a model, not HTML
    )
    environment.filters["quote"] = quote
    return environment
