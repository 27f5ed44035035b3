"""The tool that builds an image on a real engine: the context judged first, the builder chosen and said."""

import time
from typing import TYPE_CHECKING, Annotated, Literal

from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from resources.catalogue import _
from tools.containers.build_plan import BuildPlan
from tools.containers.image_report import ImageReport
from tools.containers.scan_vulnerabilities import Vulnerabilities
from tools.context import Deps, Given
from tools.guard.errors import ExpectedError
from tools.guard.gate import ApprovalRequired, Consent, answered
from tools.model import Model

if TYPE_CHECKING:
    from tools.containers.build_log import BuildLog

Network = Literal["default", "none"]
# `null` is understood; the schema only says that a parameter may be left out, in half the tokens.
Left = str | SkipJsonSchema[None]


def _bare(schema: dict[str, object]) -> None:
    schema.pop("default", None)  # nothing, as with every parameter that is left out


SBOM = "devops://outputs/{name}"


class BuildFailedError(ExpectedError):
    """The build ended without an image; the text names the instruction and the last lines it printed."""


class ContextReport(Model):
    """What was sent to the engine."""

    files: int
    bytes: int
    ignored: int
    ignore_file: str | None
    largest: list[str]


class BuildResult(Model):
    """An image, or what its build waits for."""

    summary: str
    status: Literal["done", "approval_required"]
    builder: str | None = Field(default=None, description="classic, or the client that drove BuildKit.")
    chosen_because: list[str] = Field(default=[], description="What of the request only BuildKit can do.")
    context: ContextReport | None = None
    image: ImageReport | None = None
    steps: int = 0
    cached: int = Field(default=0, description="Instructions whose layer was there already.")
    duration: float = Field(default=0.0, description="Seconds.")
    warnings: list[str] = []
    sbom: str | None = Field(default=None, description="Resource with the CycloneDX 1.6 document.")
    packages: int | None = None
    not_read: list[str] = Field(default=[], description="Package databases that the SBOM leaves out.")
    vulnerabilities: Vulnerabilities | None = None
    pushed: list[str] = []
    approval_required: ApprovalRequired | None = None


async def planned(
    deps: Given,
    path: str,
    dockerfile: str | None,
    image: str | None,
    target: str | None,
    args: dict[str, str],
    secrets: dict[str, str],
    platforms: list[str],
    cache_from: list[str],
    cache_to: list[str],
    network: Network,
    push: bool,
) -> BuildPlan:
    """The build as it would be, judged. Resolved once for the question and the act."""
    from tools.containers.plan_build import Wanted, plan_build  # noqa: PLC0415 - cold start

    wanted = Wanted(
        path=path,
        dockerfile=dockerfile or "Dockerfile",
        image=image,
        target=target,
        args=args,
        secrets=secrets,
        platforms=tuple(platforms),
        cache_from=tuple(cache_from),
        cache_to=tuple(cache_to),
        network=None if network == "default" else network,
        push=push,
    )
    return await plan_build(deps, wanted)


async def consent_to_build(
    deps: Given, plan: Annotated[BuildPlan, Resolve(planned)], approval: str | None
) -> Elicit[Consent] | Consent | None:
    """Ask the person, where the guard wants that and the client can."""
    if approval or not deps.can_ask or plan.decision.decision != "ask":
        return None
    return deps.guard.question(plan.action, plan.decision)


async def build_image(
    deps: Given,
    plan: Annotated[BuildPlan, Resolve(planned)],
    consent: Annotated[ElicitationResult[Consent], Resolve(consent_to_build)],
    path: Annotated[str, Field(description="Build context.")] = ".",
    dockerfile: Annotated[Left, Field(description="Within the context.", json_schema_extra=_bare)] = None,
    image: Annotated[Left, Field(description="Name without tag.", json_schema_extra=_bare)] = None,
    target: Annotated[Left, Field(description="Stage.", json_schema_extra=_bare)] = None,
    args: Annotated[dict[str, str], Field(description="No secrets.", json_schema_extra=_bare)] = {},  # noqa: B006 - frozen by the SDK
    secrets: Annotated[dict[str, str], Field(description="id: variable NAME or ./file.", json_schema_extra=_bare)] = {},  # noqa: B006 - as above
    platforms: Annotated[list[str], Field(description="os/arch.", json_schema_extra=_bare)] = [],  # noqa: B006 - as above
    cache_from: Annotated[list[str], Field(description="Image or type=…", json_schema_extra=_bare)] = [],  # noqa: B006 - as above
    cache_to: Annotated[list[str], Field(description="type=…", json_schema_extra=_bare)] = [],  # noqa: B006 - as above
    network: Annotated[Network, Field(description="For RUN.", json_schema_extra=_bare)] = "default",
    push: Annotated[bool, Field(description="A person approves.", json_schema_extra=_bare)] = False,
    approval: Annotated[Left, Field(description="A given approval.", json_schema_extra=_bare)] = None,
) -> BuildResult:
    """Build an image tagged by commit; secrets in context or args are refused.

    Reports layers, packages, advice.
    """
    admitted = await deps.guard.admit(
        plan.action, plan.decision, who=deps.who, answer=answered(consent), approval=approval
    )
    if isinstance(admitted, ApprovalRequired):
        told = _("A person must approve this build. {how}", how=admitted.how)
        return BuildResult(summary=told, status="approval_required", approval_required=admitted)
    async with deps.guard.recorded(admitted, who=deps.who) as entry:
        result = await _built(deps, plan)
        if result.image is not None:
            entry.details.update(image=result.image.id, tags=list(plan.request.tags), pushed=result.pushed)
    return result


async def _built(deps: Deps, plan: BuildPlan) -> BuildResult:
    from tools.containers.build_buildkit import build_buildkit  # noqa: PLC0415 - cold start
    from tools.containers.build_classic import build_classic  # noqa: PLC0415
    from tools.containers.build_log import BuildLog  # noqa: PLC0415
    from tools.containers.finished_image import finish, push_image  # noqa: PLC0415

    log = BuildLog.of(plan.request.text)

    async def step() -> None:
        await deps.progress(len(log.started), max(log.total, len(log.started)), log.current)

    began = time.monotonic()
    if plan.client is not None:
        built = await build_buildkit(plan.request, plan.where, plan.client, log, step)
    else:
        built = await build_classic(plan.request, plan.where, log, step)
    if built is None:
        raise _failed(deps, log)
    duration = round(time.monotonic() - began, 3)
    finished = await finish(deps, plan, built)
    pushed = await push_image(plan) if plan.push else []
    context = plan.request.context
    return BuildResult(
        summary=_("Image {name}: {size} MB, {steps} steps, {cached} from the cache.", name=plan.request.tags[0],
                  size=round(finished.image.size / 1e6, 1), steps=len(log.started), cached=len(log.cached)),
        status="done",
        builder=plan.client.name if plan.client else "classic",
        chosen_because=plan.reasons,
        context=ContextReport(
            files=context.files,
            bytes=context.size,
            ignored=context.ignored,
            ignore_file=context.ignore_file,
            largest=[f"{each.path} ({each.size})" for each in context.largest],
        ),
        image=finished.image.model_copy(update={"advice": [*plan.advice, *finished.image.advice]}),
        steps=len(log.started),
        cached=len(log.cached),
        duration=duration,
        warnings=[deps.guard.redactor.text(each) for each in log.warnings],
        sbom=SBOM.format(name=finished.kept) if finished.kept else None,
        packages=finished.packages,
        not_read=finished.not_read,
        vulnerabilities=finished.vulnerabilities,
        pushed=pushed,
    )  # fmt: skip


def _failed(deps: Deps, log: "BuildLog") -> BuildFailedError:
    said = deps.guard.redactor.text(log.error or "?")
    last = deps.guard.redactor.text("\n".join(log.last))
    instruction = deps.guard.redactor.text(log.failed or log.current)
    where = _("The build failed at `{instruction}`: {said}", instruction=instruction, said=said)
    return BuildFailedError(where if log.started else said, _("It printed last:\n{last}", last=last) if last else "")
