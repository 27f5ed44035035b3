"""Lays a design out as folders: modules, bootstrap, and one root an environment or one root with workspaces."""

from collections.abc import Mapping
from typing import Any, Literal

from resources.catalogue import _
from resources.hcl_words import Expression, aligned, hcl
from resources.templates import render
from tools.delivery import Command, File
from tools.infrastructure.design import Design, Root
from tools.infrastructure.module import (
    REQUIRED,
    ROOT,
    Output,
    Variable,
    files,
    one_of,
    outputs_tf,
    text,
    tf,
    variables_tf,
)
from tools.infrastructure.problems import ContradictionError

Layout = Literal["directories", "workspaces"]
STACK = "service"


def laid_out(design: Design, layout: Layout, service: str) -> list[File]:
    """Every file of `design`."""
    versions = tf(f"{design.cloud}/root/module_versions.tf.j2")
    made = [each for module in (*design.modules, design.stack) for each in files(module, versions)]
    roots = _workspaces(design, service) if layout == "workspaces" else _directories(design, service)
    return [
        File(
            path=f"{ROOT}/README.md",
            content=_readme(design, layout, service),
            purpose=_("What is here, and in which order it is run."),
        ),
        File(
            path=f"{ROOT}/.gitignore",
            content=render("infrastructure/root/gitignore.j2"),
            purpose=_("State and plans hold secrets: they are never committed."),
        ),
        *design.bootstrap,
        *design.extra,
        *roots,
        *sorted(made, key=lambda file: file.path),
    ]


def folder_of(layout: Layout, root: Root) -> str:
    """Where terraform runs for an environment."""
    return ROOT if layout == "workspaces" else f"{ROOT}/environments/{root.name}"


def address_of(address: str) -> str:
    """An address inside the stack, as a root knows it."""
    return address if address.startswith(f"module.{STACK}.") else f"module.{STACK}.{address}"


def commands(design: Design, layout: Layout) -> list[Command]:
    """Initialise, plan, read, apply: one environment after the other, in the order of promotion."""
    told = list(design.first)
    for root in design.roots:
        folder = folder_of(layout, root)
        told.append(
            Command(
                run=_init(layout, root), purpose=_("Fetch the providers, connect the state of {name}.", name=root.name)
            )
        )
        extra = ""
        if layout == "workspaces":
            told.append(
                Command(
                    run=f"terraform -chdir={folder} workspace select -or-create {root.name}",
                    purpose=_("Turn to {name}.", name=root.name),
                )
            )
            extra = f" -var-file=environments/{root.name}.tfvars"
        plan = f"terraform -chdir={folder} plan{extra} -out={root.name}.tfplan"
        told += [
            Command(
                run=plan,
                purpose=_(
                    "See what would change in {name}. Better: plan_terraform on {folder}, which judges the plan.",
                    name=root.name,
                    folder=folder,
                ),
            ),
            Command(
                run=f"terraform -chdir={folder} apply {root.name}.tfplan",
                purpose=_("Apply that very plan. Better: apply_terraform, once a person has approved it."),
                where=root.name,
            ),
        ]
    return [*told, *design.after]


def _init(layout: Layout, root: Root) -> str:
    unknown = [f" -backend-config={name}={name.upper()}" for name, value in root.backend.items() if value is None]
    return f"terraform -chdir={folder_of(layout, root)} init{''.join(unknown)}"


def _directories(design: Design, service: str) -> list[File]:
    made: list[File] = []
    inputs = {each.name: each for each in design.stack.variables}
    for root in design.roots:
        folder = f"{ROOT}/environments/{root.name}"
        given = {**root.values, **{name: Expression(f"var.{name}") for name in root.asked}}
        arguments = {name: given[name] for name in inputs if name in given}
        made += _root_files(design, folder, service, root, arguments, root.name)
        asked = tuple(inputs[name] for name in inputs if name in root.asked)
        made += [
            File(
                path=f"{folder}/variables.tf",
                content=variables_tf(asked),
                purpose=_("What people change in {name}.", name=root.name),
            ),
            File(
                path=f"{folder}/terraform.tfvars",
                content=_tfvars(inputs, root.asked, root.name),
                purpose=_("The values of {name} that people change; no secret.", name=root.name),
            ),
        ]
    return made


def _workspaces(design: Design, service: str) -> list[File]:
    first = design.roots[0]
    if any(root.backend.get("bucket") != first.backend.get("bucket") for root in design.roots):
        raise ContradictionError(
            _("Workspaces keep all states in one bucket, and the environments lie in several accounts or projects."),
            _("Use layout: directories, or put all environments into one account."),
        )
    guard = _("The values are those of another environment than the selected workspace: choose the matching file.")
    own = _own_inputs(design)
    inputs = {each.name: each for each in design.stack.variables}
    arguments = {name: Expression(f"var.{name}") for name in inputs}
    varying: Mapping[str, Any] = {name: Expression(f"var.{name}") for name in (*first.provider, "region")}
    whole = Root(
        environment=first.environment,
        region=Expression("var.region"),
        values=arguments,
        asked={},
        tags={**first.tags, "environment": Expression("var.environment")},
        backend={**first.backend, **{key: each for key, each in _whole(service).items() if key in first.backend}},
        provider={name: varying[name] for name in first.provider},
    )
    made = _root_files(design, ROOT, service, whole, arguments, None)
    variables = tuple(own.get(name) or inputs[name] for name in {**own, **inputs})
    made.append(
        File(path=f"{ROOT}/variables.tf", content=variables_tf(variables), purpose=_("What each environment sets."))
    )
    made.append(
        File(
            path=f"{ROOT}/workspace.tf",
            content=tf("root/workspace.tf.j2", guard=guard),
            purpose=_("Refuses the values of another environment."),
        )
    )
    for root in design.roots:
        told = {"region": root.region, **root.provider, **root.values, **root.asked}
        made.append(
            File(
                path=f"{ROOT}/environments/{root.name}.tfvars",
                content=_tfvars({**own, **inputs}, told, root.name),
                purpose=_("The values of {name}; no secret.", name=root.name),
            )
        )
    return made


def _whole(service: str) -> dict[str, str]:
    """Where the states of all workspaces lie: S3 puts the workspace before the key, GCS after the prefix."""
    return {"key": f"{service}.tfstate", "prefix": service}


def _own_inputs(design: Design) -> dict[str, Variable]:
    """What the one root is given besides the stack's own inputs."""
    regions = tuple(dict.fromkeys(root.region for root in design.roots))
    found = {"region": text("region", _("Region of the environment."), one_of("region", regions))}
    for name, value in design.roots[0].provider.items():
        optional = any(root.provider[name] is None for root in design.roots)
        kind = "list(string)" if isinstance(value, list) else "string"
        found[name] = Variable(name, _("Where the provider works."), kind, None if optional else REQUIRED)
    return found


def _root_files(
    design: Design, folder: str, service: str, root: Root, arguments: Mapping[str, object], name: str | None
) -> list[File]:
    source = f"./modules/{STACK}" if name is None else f"../../modules/{STACK}"
    values = {"root": root, "service": service, "name": name, "source": source, "arguments": arguments, "stack": STACK}
    known = {key: each for key, each in root.backend.items() if each is not None}
    outputs = tuple(
        Output(each.name, f"module.{STACK}.{each.name}", each.description, each.sensitive)
        for each in design.stack.outputs
    )
    purposes = {
        "versions": _("Terraform, providers and where the state is kept."),
        "providers": _("The cloud, its account and the tags of everything."),
    }
    made = [
        File(
            path=f"{folder}/{part}.tf",
            content=tf(f"{design.cloud}/root/{part}.tf.j2", backend=known, **values),
            purpose=purpose,
        )
        for part, purpose in purposes.items()
    ]
    return [
        *made,
        File(
            path=f"{folder}/main.tf",
            content=tf("root/main.tf.j2", **values),
            purpose=_("What {name} is given.", name=name or service),
        ),
        File(path=f"{folder}/outputs.tf", content=outputs_tf(outputs), purpose=_("What is asked of it afterwards.")),
    ]


def _tfvars(inputs: Mapping[str, Variable], told: Mapping[str, object], name: str) -> str:
    lines = [f"# {_('{name}: values that people change. No secret belongs here.', name=name)}", ""]
    for key, variable in inputs.items():
        if key in told:
            lines += [f"# {variable.description}", f"{key} = {hcl(told[key])}", ""]
    return aligned("\n".join(lines))


def _readme(design: Design, layout: Layout, service: str) -> str:
    modules = sorted((*design.modules, design.stack), key=lambda each: each.name)
    return render(
        "infrastructure/root/readme.md.j2",
        service=service,
        modules=modules,
        layout=layout,
        roots=design.roots,
        commands=commands(design, layout),
    )
