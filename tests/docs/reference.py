"""Writes the reference from what the program itself says; `python -m tests.docs.reference [--check]`."""

import asyncio
import inspect
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from mcp import Client
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from resources.catalogue import speaking
from resources.library import SHELVES, Kind, read_head
from server.app import LONG, build_server, reading_tools
from server.cli import app
from server.settings import Settings
from tests.stories.words import Language, Words
from tools.brief import Brief
from tools.guard.policy import ALWAYS_ASKED, Policy, Rule
from tools.shell.programs.registry import PROGRAMS
from tools.standards.registry import CHECKS
from tools.terraform.findings.registry import FINDINGS
from tools.terraform.rules.registry import OF_A_CHANGE, OF_A_DRIFT, OF_A_SILENT_CHANGE, OF_THE_PLAN
from tools.validate.doctor import _checkers, _engines
from tools.validate.registry import CHECKERS

DOCS = Path(__file__).resolve().parents[2] / "docs"
LANGUAGES: tuple[Language, ...] = ("fr", "en")
GENERATED = Words(
    "<!-- Cette page est engendrée : python -m tests.docs.reference -->",
    "<!-- This page is generated: python -m tests.docs.reference -->",
)
NAME, TYPE, DEFAULT, WHAT = (
    Words("Nom", "Name"),
    Words("Type", "Type"),
    Words("Défaut", "Default"),
    Words("Sens", "Meaning"),
)
REQUIRED = Words("obligatoire", "required")


def pages(language: Language) -> dict[str, str]:
    """Every page of the reference, by file name."""
    with speaking(language):
        return {f"{name}.md": f"{GENERATED.of(language)}\n\n{make(language)}" for name, make in PAGES.items()}


def tools(language: Language) -> str:
    """Every tool, as a client sees it."""
    listed = asyncio.run(_listed(language))
    reads = reading_tools()
    head = Words(
        "# Outils\n\nCe qu'un client voit. Les descriptions sont en anglais dans toutes les langues : ce sont des modèles "
        "qui les lisent, et chaque mot leur coûte.",
        "# Tools\n\nWhat a client sees. Descriptions are in English in every language: models read them, and every word "
        "costs them.",
    ).of(language)
    parts = [head]
    for each in listed:
        notes = [
            Words("lit seulement", "reads only")
            if each.name in reads
            else Words("passe par la garde", "passes the guard"),
            *([Words("peut continuer comme un run", "may go on as a run")] if each.name in LONG else []),
        ]
        told = ", ".join(note.of(language) for note in notes)
        parts.append(f"## `{each.name}`\n\n**{each.title}** ({told}).\n\n{_text(each.description)}")
        rows = [_argument(name, value, each.input_schema, language) for name, value in _properties(each.input_schema)]
        if rows:
            parts.append(_table([NAME, TYPE, DEFAULT, WHAT], rows, language))
    return "\n\n".join(parts) + "\n"


async def _listed(language: Language) -> list[Any]:
    # A server of a repository lists every tool there is.
    with TemporaryDirectory() as state:
        settings = Settings(language=language, state=Path(state), repository="https://git.example.com/acme/shop.git")
        async with Client(build_server(settings)) as client:
            return list((await client.list_tools()).tools)


def _properties(schema: dict[str, Any]) -> Iterable[tuple[str, dict[str, Any]]]:
    properties: dict[str, dict[str, Any]] = schema.get("properties", {})
    return properties.items()


def _argument(name: str, value: dict[str, Any], schema: dict[str, Any], language: Language) -> list[str]:
    default = REQUIRED.of(language) if name in schema.get("required", []) else _code(_json(value.get("default")))
    return [_code(name), _type(value, schema.get("$defs", {})), default, value.get("description", "")]


def _type(value: dict[str, Any], defs: dict[str, Any]) -> str:
    if "$ref" in value:
        return _type(defs.get(value["$ref"].rsplit("/", 1)[-1], {"type": "object"}), defs)
    if "anyOf" in value:
        kinds = [_type(each, defs) for each in value["anyOf"] if each.get("type") != "null"]
        return " / ".join(dict.fromkeys(kinds))
    if "enum" in value:
        return ", ".join(_code(str(each)) for each in value["enum"])
    if value.get("type") == "array":
        return f"[{_type(value.get('items', {}), defs)}]"
    return str(value.get("type", "object"))


def settings(language: Language) -> str:
    """Every setting."""
    head = Words(
        "# Réglages\n\nLus une fois au démarrage : les options de la ligne de commande l'emportent sur les variables "
        "`ASTREINTE_*`.",
        "# Settings\n\nRead once at the start: flags of the command line win over the variables `ASTREINTE_*`.",
    ).of(language)
    rows = [
        [_code(f"ASTREINTE_{name.upper()}"), _annotation(field), _code(_default(field)), field.description or ""]
        for name, field in Settings.model_fields.items()
    ]
    return f"{head}\n\n{_table([NAME, TYPE, DEFAULT, WHAT], rows, language)}\n"


def policy(language: Language) -> str:
    """`policy.toml`, what it cannot loosen, and the rules that judge plans and programs."""
    head = Words(
        "# Règles de la garde\n\n## `policy.toml`\n\nDans le répertoire d'état, il peut permettre, demander ou refuser "
        "davantage ; dans le dépôt (`.astreinte/policy.toml`), seulement être plus strict. Un refus de la garde reste un refus.",
        "# Rules of the guard\n\n## `policy.toml`\n\nIn the state directory it may allow, ask or deny more; in the repository "
        "(`.astreinte/policy.toml`) it can only be stricter. What the guard denies stays denied.",
    ).of(language)
    never = Words("Aucune règle ne rend ceci `allow` :", "No rule turns these into `allow`:").of(language)
    plans = Words(
        "## Ce qui juge un plan Terraform\n\nChaque règle est un module de `tools/terraform/rules`.",
        "## What judges a Terraform plan\n\nEach rule is a module of `tools/terraform/rules`.",
    ).of(language)
    found = Words("## Ce que cherche `inspect_terraform`", "## What `inspect_terraform` looks for").of(language)
    shell = Words(
        f"## Les programmes que la garde connaît\n\n{len(PROGRAMS)} noms ; de tout autre, une personne décide.",
        f"## The programs that the guard knows\n\n{len(PROGRAMS)} names; of any other a person decides.",
    ).of(language)
    rules = {**OF_A_CHANGE, **OF_A_SILENT_CHANGE, **OF_A_DRIFT, **OF_THE_PLAN}
    fields = [*_fields(Policy, "", skip=("rules",)), *_fields(Rule, "rules.")]
    return "\n\n".join(
        [
            head,
            _table([NAME, TYPE, DEFAULT, WHAT], fields, language),
            never,
            "\n".join(f"- `{each}*`" if each.endswith(".") else f"- `{each}`" for each in ALWAYS_ASKED),
            plans,
            _table([NAME, WHAT], [[_code(name), _module_says(check)] for name, check in rules.items()], language),
            found,
            _table([NAME, WHAT], [[_code(name), _module_says(check)] for name, check in FINDINGS.items()], language),
            shell,
            " ".join(_code(name) for name in sorted(PROGRAMS)),
        ]
    ) + "\n"  # fmt: skip


def standards(language: Language) -> str:
    """Every standard, and whether `audit_standards` judges it."""
    head = Words(
        "# Standards\n\nLes pages entières sont des ressources du serveur (`devops://standards/…`). `audit_standards` et "
        "`astreinte audit` jugent ceux qui ont un contrôle.",
        "# Standards\n\nThe whole pages are resources of the server (`devops://standards/…`). `audit_standards` and "
        "`astreinte audit` judge those that have a check.",
    ).of(language)
    judged = {check.__module__.rsplit(".", 1)[-1] for check in CHECKS}
    rows = []
    shelves: tuple[Kind, ...] = ("standards", "rules")
    for kind in shelves:
        for name in SHELVES[kind]:
            page = read_head(kind, name, language)
            rows.append([_code(name), page.title, page.summary, "✓" if name in judged else ""])
    columns = [NAME, Words("Titre", "Title"), Words("En une phrase", "In a sentence"), Words("Jugé", "Judged")]
    return f"{head}\n\n{_table(columns, rows, language)}\n"


def checkers(language: Language) -> str:
    """Every checker and program, and what its absence costs."""
    head = Words(
        "# Vérificateurs\n\nChaque fichier engendré passe par eux avant d'être rendu. Un programme absent donne "
        "`not_validated`, jamais un succès ; `astreinte doctor` dit ce qui manque sur une machine.",
        "# Checkers\n\nEvery generated file passes them before it is returned. An absent program gives `not_validated`, "
        "never a pass; `astreinte doctor` says what is missing on a machine.",
    ).of(language)
    told = Words("## Ce qui juge les fichiers", "## What judges files").of(language)
    programs = Words("## Ce que coûte une absence", "## What an absence costs").of(language)
    rows = [[_code(each.NAME), _sentence(inspect.getdoc(each))] for each in CHECKERS]
    absent = [[_code(each.name), each.cost, f"`{each.install}`" if " " in each.install else each.install]
              for each in (*_checkers(), *_engines())]  # fmt: skip
    columns = [NAME, Words("Sans lui", "Without it"), Words("Installation", "Installation")]
    return (
        "\n\n".join([head, told, _table([NAME, WHAT], rows, language), programs, _table(columns, absent, language)])
        + "\n"
    )


def brief(language: Language) -> str:
    """Every field of `devops.yaml`."""
    head = Words(
        "# `devops.yaml`\n\nLa demande : le contexte, les contraintes, les livrables. Ce qui n'y est pas est détecté ou "
        "demandé. Le schéma est la ressource `devops://schema/devops.yaml`.",
        "# `devops.yaml`\n\nThe brief: context, constraints, deliverables. What is not in it is detected or asked. The "
        "schema is the resource `devops://schema/devops.yaml`.",
    ).of(language)
    return f"{head}\n\n{_table([NAME, TYPE, DEFAULT, WHAT], _fields(Brief, ''), language)}\n"


def command_line(language: Language) -> str:
    """Every command, as its own help says."""
    head = Words(
        "# Ligne de commande\n\nCe que disent les commandes elles-mêmes.",
        "# Command line\n\nWhat the commands themselves say.",
    ).of(language)
    parts = [head]
    root = click.Context(app, info_name="astreinte", terminal_width=100, help_option_names=["-h", "--help"])
    for name in app.list_commands(root):
        command = app.get_command(root, name)
        assert command is not None
        parts.append(f"## `astreinte {name}`\n\n{_help(command, root, name)}")
        if isinstance(command, click.Group):
            group = click.Context(command, info_name=name, parent=root, terminal_width=100)
            for below in command.list_commands(group):
                nested = command.get_command(group, below)
                assert nested is not None
                parts.append(f"### `astreinte {name} {below}`\n\n{_help(nested, group, below)}")
    return "\n\n".join(parts) + "\n"


def _help(command: click.Command, parent: click.Context, name: str) -> str:
    context = click.Context(command, info_name=name, parent=parent, terminal_width=100)
    return f"```text\n{command.get_help(context)}\n```"


def _fields(model: type[BaseModel], prefix: str, skip: Sequence[str] = ()) -> list[list[str]]:
    rows = []
    for name, field in model.model_fields.items():
        if name in skip:
            continue
        nested = _model_in(field)
        where = f"{prefix}{name}"
        if nested is not None and nested is not model:
            if field.description:
                rows.append([_code(where), "", "", field.description])
            rows += _fields(nested, f"{where}{'[]' if 'list' in str(field.annotation) else ''}.")
        else:
            rows.append([_code(where), _annotation(field), _code(_default(field)), field.description or ""])
    return rows


def _model_in(field: FieldInfo) -> type[BaseModel] | None:
    candidates = [field.annotation, *getattr(field.annotation, "__args__", ())]
    return next((each for each in candidates if isinstance(each, type) and issubclass(each, BaseModel)), None)


def _annotation(field: FieldInfo) -> str:
    values = getattr(field.annotation, "__args__", ())
    if values and all(isinstance(each, str) for each in values):
        return ", ".join(_code(each) for each in values)
    assert field.annotation is not None
    schema = TypeAdapter(field.annotation).json_schema()
    return _type(schema, schema.get("$defs", {}))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return ""
    value = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, BaseModel) or (isinstance(value, list) and value and isinstance(value[0], BaseModel)):
        return ""
    return _json(value)


def _json(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, default=str)


def _module_says(check: object) -> str:
    return _sentence(inspect.getdoc(sys.modules[check.__module__]))


def _sentence(doc: str | None) -> str:
    return (doc or "").split("\n\n")[0].replace("\n", " ")


def _text(doc: str | None) -> str:
    return inspect.cleandoc(doc or "")


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _table(columns: Sequence[Words], rows: Iterable[Sequence[str]], language: Language) -> str:
    head = [each.of(language) for each in columns]
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines
    )


PAGES: dict[str, Callable[[Language], str]] = {
    "tools": tools,
    "brief": brief,
    "settings": settings,
    "command-line": command_line,
    "rules": policy,
    "standards": standards,
    "checkers": checkers,
}


def main() -> int:
    """Write the pages, or say which are not current."""
    stale = []
    for language in LANGUAGES:
        for name, text in pages(language).items():
            path = DOCS / language / "reference" / name
            if path.exists() and path.read_text() == text:
                continue
            stale.append(path.relative_to(DOCS.parent).as_posix())
            if "--check" not in sys.argv:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
    print("\n".join(stale) or "the reference is current")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
