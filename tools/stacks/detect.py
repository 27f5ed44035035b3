"""Says what a repository is: walks it once, asks every ecosystem, lays over what is common to all of them."""

from pathlib import Path

import anyio.to_thread

from resources.catalogue import _
from tools.project import Component, Existing, Project, Question, Variable
from tools.stacks.compose import Service, read_services
from tools.stacks.draft import Draft
from tools.stacks.existing import find_existing
from tools.stacks.folders import own_files
from tools.stacks.needs import find_needs
from tools.stacks.registry import ECOSYSTEMS
from tools.stacks.runtime import lay_runtime
from tools.stacks.settle import settle
from tools.stacks.tree import MAX_SOURCES, Tree, contains
from tools.stacks.variables import find_variables

MAX_COMPONENTS = 200


async def inspect(root: Path) -> Project:
    """The project in `root`. The walk and the reads happen in a worker thread."""
    return await anyio.to_thread.run_sync(lambda: detect(Tree.of(root)), abandon_on_cancel=True)


def detect(tree: Tree) -> Project:
    """The project that `tree` holds. Never raises for what a repository contains."""
    warnings = list(tree.warnings)
    services = read_services(tree, warnings)
    drafts = [draft for ecosystem in ECOSYSTEMS.values() for draft in ecosystem.detect(tree)]
    kept = settle(drafts, tree.root.name, warnings)
    if len(kept) > MAX_COMPONENTS:
        warnings.append(_("{count} components were found; only the first {limit} are described.",
                          count=len(kept), limit=MAX_COMPONENTS))  # fmt: skip
        kept = kept[:MAX_COMPONENTS]
    folders = [draft.path for draft in kept]
    components = [_complete(tree, draft, folders, services) for draft in kept]
    for draft in kept:
        warnings.extend(draft.warnings)
    if tree.sources_full:
        warnings.append(
            _("There are more than {limit} source files; only the first were searched for code.", limit=MAX_SOURCES)
        )
    existing = find_existing(tree)
    return Project(
        summary=_summary(components, existing),
        components=components,
        existing=existing,
        questions=_questions(tree, kept),
        warnings=list(dict.fromkeys(warnings)),
    )


def _complete(tree: Tree, draft: Draft, folders: list[str], services: list[Service]) -> Component:
    files = own_files(tree, draft.path, folders)
    files += [path for folder in draft.shared for path in tree.within(folder)]
    inner = [folder for folder in folders if folder != draft.path and contains(draft.path, folder)]
    alone = len(folders) == 1
    draft.note("language", draft.language, f"{draft.manifest}:1" if draft.manifest else None)
    lay_runtime(tree, draft, services, inner)
    find_needs(tree, draft, files, services, alone=alone)
    draft.note("needs", sorted(draft.needs), next(iter(draft.needs.values()), None))
    draft.evidence.update({f"needs.{name}": evidence for name, evidence in sorted(draft.needs.items())})
    variables = find_variables(tree, draft.path, files, alone=alone)
    draft.note("variables", variables, next((each.source for each in variables), None))
    _port_variable(draft, variables)
    evidence = {name: line for name, line in draft.evidence.items() if name in draft.fields or name[:6] == "needs."}
    if draft.manifest:
        evidence.setdefault("path", f"{draft.manifest}:1")
    return Component(path=draft.path, evidence=dict(sorted(evidence.items())), **draft.fields)


def _port_variable(draft: Draft, variables: list[Variable]) -> None:
    """A service that reads PORT listens where its sample says, when nothing more explicit is known."""
    port = next((each for each in variables if each.name == "PORT"), None)
    if draft.get("kind") == "service" and port is not None and (port.default or "").isdigit():
        number = int(port.default or "0")
        draft.note("port", number if 0 < number < 65536 else None, port.source)


def _questions(tree: Tree, drafts: list[Draft]) -> list[Question]:
    """What the drafts ask and nothing answered, plus what every deployable component must tell."""
    if not drafts:
        text = (
            _("The repository is empty: what will it hold?")
            if not tree.files
            else _("No known build manifest was found: what language and build tool does this project use?")
        )
        return [Question(component=None, field="components", question=text)]
    for draft in drafts:
        where = draft.get("name") or draft.path
        kind = draft.get("kind")
        if kind is None:
            draft.ask("kind", _("Is {name} a service, a worker, a command line tool or a library?", name=where))
        if kind in {"service", "worker"}:
            draft.ask("start_command", _("Which command starts {name} in production?", name=where))
        if kind == "service":
            draft.ask("port", _("Which port does {name} listen on?", name=where))
        draft.ask("language_version", _("Which version of {language} does {name} run on?",
                                        language=draft.language, name=where))  # fmt: skip
        if kind is not None:
            draft.ask("test_command", _("Which command runs the tests of {name}?", name=where))
    return [
        question
        for draft in drafts
        for question in draft.questions
        if question.field not in draft.fields and not (question.field == "language_version" and _unversioned(draft))
    ]


def _unversioned(draft: Draft) -> bool:
    """Plain HTML has no version to ask for."""
    return draft.language == "static"


def _summary(components: list[Component], existing: list[Existing]) -> str:
    if not components:
        return _("No component was recognised.")
    parts = [
        f"{each.name} ({', '.join(part for part in (each.framework or each.language, each.package_manager) if part)})"
        for each in components[:12]
    ]
    if len(components) > 12:
        parts.append("…")
    text = _("{count} component(s): {list}.", count=len(components), list=", ".join(parts))
    kinds = sorted({each.kind for each in existing})
    return text + (" " + _("Already there: {list}.", list=", ".join(kinds)) if kinds else "")
