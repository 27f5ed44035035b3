"""Builds the server: the one file that names every tool, prompt and resource."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.tools import Tool
from mcp.server.request_state import RequestStateSecurity
from mcp_types import ToolAnnotations

from resources.catalogue import _, speaking
from server.answers import Answers
from server.apps.plan_view import apps, tool_meta
from server.catalog import add_resources, complete
from server.gatehouse import (
    build_gate,
    report_applies,
    report_confinement,
    report_interrupted,
    sweep_artefacts,
    sweep_containers,
)
from server.identity.admission import Admission
from server.jobs.heartbeat import living
from server.large_answers import add_answers
from server.outputs import add_outputs
from server.prompts import prompts
from server.repositories import checkouts_of, repository_of, sweep_checkouts
from server.settings import Settings
from server.tasks import Tasks
from tools.checkouts.in_checkout import in_checkout
from tools.checkouts.propose_changes import propose_changes
from tools.checkouts.repository import Repository
from tools.containers.build_image import build_image
from tools.containers.generate_containers import generate_containers
from tools.containers.run_container import run_container
from tools.context import Carrier, Deps
from tools.deliver import deliver
from tools.deployment.generate_deployment import generate_deployment
from tools.deployment.verify_deployment import verify_deployment
from tools.escalation.escalate import escalate
from tools.files.edit import edit
from tools.files.glob import glob
from tools.files.grep import grep
from tools.files.read import read
from tools.files.restore import restore
from tools.files.write import write
from tools.guard.gate import Gate
from tools.guard.state import State
from tools.guard.workspace import Workspace
from tools.handoff.handoff import handoff
from tools.observability.generate_observability import generate_observability
from tools.pipelines.generate_pipeline import generate_pipeline
from tools.runbooks.generate_runbook import generate_runbook
from tools.runs.long_calls import LongCalls, resumable
from tools.runs.run_status import run_status
from tools.runs.run_store import RunStore
from tools.secrets.generate_secrets import generate_secrets
from tools.secrets.scan_secrets import scan_secrets
from tools.shell.bash import bash
from tools.stacks.inspect_project import inspect_project
from tools.standards.audit_standards import audit_standards
from tools.terraform.apply_terraform import apply_terraform
from tools.terraform.inspect_terraform import inspect_terraform
from tools.terraform.plan_terraform import plan_terraform
from tools.terraform.rollback_terraform import rollback_terraform
from tools.validate import shelf
from tools.validate.validate import validate

if TYPE_CHECKING:
    from server.identity.identity import Identity
    from server.metrics import Metrics

# Honest hints: a client may skip its confirmation only for what cannot change anything.
READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

# What these change can be brought back with `restore`, but it does change.
WRITES = ToolAnnotations(read_only_hint=False, destructive_hint=True, idempotent_hint=False, open_world_hint=False)

# A command may reach other machines, when a person lets it, and nothing promises a way back.
ACTS = ToolAnnotations(read_only_hint=False, destructive_hint=True, idempotent_hint=False, open_world_hint=True)

# It reaches people, on routes that a person configured; the same is told once.
TELLS = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=True)

# Following a run changes nothing; cancelling one ends it.
FOLLOWS = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

# A plan changes nothing, but providers run, and may look at the cloud.
PLANS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=False, open_world_hint=True)


LONG = frozenset(
    {"deliver", "validate", "verify_deployment", "build_image", "run_container", "plan_terraform", "apply_terraform",
     "rollback_terraform", "bash", "scan_secrets", "audit_standards", "propose_changes"}
)  # fmt: skip
"""Tools that may take longer than a client waits."""


def _tools(*, checkouts: bool) -> list[Tool]:
    found = []
    for function, title, hints in _table():
        if function is propose_changes and not checkouts:
            continue
        held = in_checkout(function) if checkouts else function
        found.append(_tool(resumable(held) if function.__name__ in LONG else held, title, hints))
    return found


def tool_names() -> frozenset[str]:
    """The name of every tool."""
    return frozenset(function.__name__ for function, _title, _annotations in _table())


def reading_tools() -> frozenset[str]:
    """The tools that change nothing and run nothing that a repository brings: what a viewer may call."""
    return frozenset(function.__name__ for function, _title, annotations in _table() if annotations is READS)


def _table() -> list[tuple[Callable[..., Any], str, ToolAnnotations]]:
    return [
        (inspect_project, _("Inspect a project"), READS),
        (generate_pipeline, _("Generate a CI/CD pipeline"), READS),
        (generate_containers, _("Generate Dockerfiles"), READS),
        (generate_deployment, _("Generate what runs the images"), READS),
        (generate_observability, _("Generate what watches a service"), READS),
        (generate_runbook, _("Write the runbooks of a service"), READS),
        (audit_standards, _("Audit a repository against the standards"), READS),
        (scan_secrets, _("Find secrets in files and history"), READS),
        (generate_secrets, _("Generate where secrets live"), READS),
        (handoff, _("Hand work over, or verify a handoff"), READS),
        (escalate, _("Escalate a decision"), TELLS),
        (inspect_terraform, _("Inspect a Terraform configuration"), READS),
        (validate, _("Validate files with the real checkers"), READS),
        (deliver, _("Deliver everything a brief asks for"), READS),
        (read, _("Read a file"), READS),
        (glob, _("Find files by name"), READS),
        (grep, _("Search in files"), READS),
        (write, _("Write a file"), WRITES),
        (edit, _("Edit a file"), WRITES),
        (restore, _("Restore a file's previous version"), WRITES),
        (propose_changes, _("Hand in the changes of a checkout"), ACTS),
        (verify_deployment, _("Check a deployed service"), PLANS),
        (build_image, _("Build an image"), ACTS),
        (run_container, _("Smoke-test an image"), ACTS),
        (plan_terraform, _("Plan Terraform and judge the plan"), PLANS),
        (apply_terraform, _("Apply a Terraform plan"), ACTS),
        (rollback_terraform, _("Plan the way back to an earlier commit"), PLANS),
        (bash, _("Run a Bash command behind the guard"), ACTS),
        (run_status, _("Follow, wait for or cancel a run"), FOLLOWS),
    ]


def build_server(
    settings: Settings,
    *,
    roots_allowed: bool = False,
    gate: Gate | None = None,
    identity: Identity | None = None,
    metrics: Metrics | None = None,
    waits: bool = False,
    repository: Repository | None = None,
    whole: bool = False,
) -> MCPServer[Deps]:
    """The MCP server for `settings`.

    `roots_allowed` lets a local client's roots choose the workspace when the settings name none; over HTTP
    a remote client must never choose a directory of this machine. `identity` demands a token of every caller.
    Where it `waits`, long calls are answered when they are done, however long that takes. `repository` is the one
    of a call that was asked for elsewhere. Where it answers `whole`, large deliveries hold their files' contents.

    Raises:
        WorkspaceError: the workspace of the settings is not a usable directory.
    """
    gate = gate or build_gate(settings)
    shelf.open_at(gate.journal.state.directory)
    long_calls = None if waits else _carrier(gate.journal.state, settings.patience)
    if settings.repository:
        repository = repository_of(settings, settings.repository, settings.revision)
    own = identity.repositories if identity else {}
    checkouts = checkouts_of(settings, gate.journal.state) if repository or own else None
    deps = Deps(
        workspace=Workspace.at(settings.workspace) if settings.workspace else None,
        language=settings.language,
        output_limit=settings.output_limit,
        roots_allowed=roots_allowed,
        gate=gate,
        workspaces=identity.workspaces if identity else {},
        four_eyes=identity.team.four_eyes if identity else False,
        long_calls=long_calls,
        checkouts=checkouts,
        repository=repository,
        repositories=own,
    )

    @asynccontextmanager
    async def lifespan(_server: MCPServer[Deps]) -> AsyncIterator[Deps]:
        if not waits:  # the worker that makes this call looks after itself
            await anyio.to_thread.run_sync(report_interrupted, gate.journal)
        beside = [
            asyncio.ensure_future(each) for each in (report_confinement(), sweep_containers(), report_applies(gate))
        ]
        if not waits:
            beside.append(asyncio.ensure_future(sweep_artefacts(gate.journal.state, settings.artefact_days)))
        if checkouts is not None and not waits:
            beside.append(asyncio.ensure_future(sweep_checkouts(checkouts, settings)))
        try:
            async with living(gate.journal.state, settings.heartbeat):
                yield deps
        finally:
            for each in beside:
                each.cancel()
            if long_calls is not None:
                await long_calls.stop()
            if checkouts is not None:
                await checkouts.fetches.stop()

    with speaking(settings.language):
        server = MCPServer(
            "devops",
            title=_("Senior DevOps engineer"),
            version=own_version(),
            instructions=_(
                "A senior DevOps engineer. Start with inspect_project; generate with deliver or "
                "generate_pipeline; every generated file has been judged by the real checkers, see `validations`. "
                "Use the prompt `devops` for the engineer's rules and handoff protocol."
            ),
            tools=_tools(checkouts=checkouts is not None),
            extensions=[apps(settings.language), Tasks()],
            lifespan=lifespan,
            middleware=[
                *([metrics] if metrics else []),
                *([Admission(reading_tools(), identity.refusals)] if identity else []),
                Answers(
                    call_timeout=settings.call_timeout,
                    output_limit=settings.output_limit,
                    redactor=gate.redactor,
                    whole=whole or waits,
                ),
            ],
            auth=identity.auth if identity else None,
            token_verifier=identity.verifier if identity else None,
            log_level=settings.log_level,
            # A question's answer may reach another replica, or this one after a restart: they share the key.
            request_state_security=RequestStateSecurity(keys=[gate.journal.state.key("request_state.key")]),
        )
        for prompt in prompts(settings.language):
            server.add_prompt(prompt)
        add_resources(server, settings.language)
        add_outputs(server)
        add_answers(server)
        server.completion()(complete)  # type: ignore[no-untyped-call]
    return server


def _carrier(state: State, patience: float) -> Carrier:
    here = LongCalls(RunStore(state), patience)
    if not state.shared:
        return here
    from server.jobs.remote_calls import RemoteCalls  # noqa: PLC0415 - an extra

    return RemoteCalls(RunStore(state), patience, here)


def own_version() -> str:
    """The installed version of this program."""
    try:
        return version("astreinte")
    except PackageNotFoundError:  # run from a source tree that was never installed
        return "0+source"


def _tool(function: Callable[..., Any], title: str, annotations: ToolAnnotations) -> Tool:
    described = inspect.cleandoc(function.__doc__ or "")
    tool = Tool.from_function(
        function, title=title, description=described, annotations=annotations, meta=tool_meta(function.__name__)
    )
    # `title` inside schemas repeats the field's name: it costs tokens in every conversation and says nothing.
    return tool.model_copy(update={"parameters": _without_titles(tool.parameters)})


def _without_titles(schema: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(schema, list):
        return [_without_titles(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _without_titles(each) for name, each in value.items()}
        if key in {"properties", "$defs"}
        else _without_titles(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str))
    }
