"""Thinks a build through before anything is sent: the context judged, the builder chosen, the action shown."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import anyio.to_thread

from resources.catalogue import _
from tools.brief import dns_label
from tools.containers.build_buildkit import BuildkitClient, find_buildkit, missing
from tools.containers.build_plan import BuildPlan
from tools.containers.build_request import BuildRequest
from tools.containers.context import BuildContext, scan
from tools.containers.dockerfile_features import needs_buildkit
from tools.containers.endpoint import Endpoint
from tools.containers.engine import here
from tools.containers.engine_target import engine_reasons
from tools.containers.image_tag import content_digest, context_digest, revision, tag
from tools.context import Deps
from tools.guard.action import Action
from tools.guard.decision import Decision, Reason
from tools.guard.errors import ExpectedError, NotFoundError
from tools.guard.secret_context import is_secret_name
from tools.guard.secret_search import find_secrets

LARGE = 500_000_000  # bytes; such a context is nearly always an ignore file that is missing
NAME = re.compile(r"[a-z0-9]+(?:[._/:-]+[a-z0-9]+)*")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class SecretInBuildError(ExpectedError):
    """A secret would have become part of an image, or of what is sent to the engine."""


class BuildArgumentError(ExpectedError):
    """An argument of the build is not what it must be."""


@dataclass(frozen=True)
class Wanted:
    """The tool's arguments."""

    path: str
    dockerfile: str
    image: str | None
    target: str | None
    args: Mapping[str, str]
    secrets: Mapping[str, str]
    platforms: tuple[str, ...]
    cache_from: tuple[str, ...]
    cache_to: tuple[str, ...]
    network: str | None
    push: bool


async def plan_build(deps: Deps, wanted: Wanted) -> BuildPlan:
    """The judged plan. Nothing has been sent.

    Raises:
        NoEngineError: no engine is named and none is found.
        SecretInBuildError: the context or an argument holds a secret.
        BuildkitMissingError: only BuildKit can do it and there is no client for it.
    """
    where = here()
    request, reasons = await anyio.to_thread.run_sync(_request, deps, wanted)
    client = await find_buildkit(deps.place.root) if reasons else None
    if reasons and client is None:
        raise missing(reasons)
    commit, dirty = await revision(request.context.root)
    digest = ""
    if dirty or commit is None:
        digest = await anyio.to_thread.run_sync(content_digest, request.context, request.text)
    name = f"{_image_name(deps, wanted)}:{tag(commit, digest, dirty=dirty)}"
    labels = {"org.opencontainers.image.revision": f"{commit}-dirty" if dirty else commit} if commit else {}
    request = BuildRequest(**{**request.__dict__, "tags": (name,), "labels": labels})
    action = _action(request, where, client, push=wanted.push)
    decision = await anyio.to_thread.run_sync(_judged, deps, request, where, action, wanted.push)
    return BuildPlan(request, where, client, reasons, _advice(request.context), action, decision, wanted.push)


def _request(deps: Deps, wanted: Wanted) -> tuple[BuildRequest, list[str]]:
    """The request without its tag, and why it needs BuildKit. Blocking."""
    root = deps.place.directory(wanted.path)
    dockerfile = deps.place.resolve(f"{wanted.path}/{wanted.dockerfile}")
    if not dockerfile.is_file():
        text = _("There is no {path}.", path=f"{wanted.path}/{wanted.dockerfile}")
        raise NotFoundError(text, _("Name it with `dockerfile`, or make one with generate_containers."))
    text = dockerfile.read_text(encoding="utf-8", errors="replace")
    for name, value in wanted.args.items():
        if not VARIABLE.fullmatch(name):
            raise BuildArgumentError(_("{name} is no name of a build argument.", name=name))
        if is_secret_name(name) or any(each.certain for each in find_secrets(f"{name}={value}")):
            told = _("The build argument {name} looks like a secret; arguments stay readable in the image.", name=name)
            raise SecretInBuildError(told, _("Pass it with `secrets` and read it with RUN --mount=type=secret."))
    secrets = {name: _secret(deps, name, source) for name, source in wanted.secrets.items()}
    inside = wanted.dockerfile if dockerfile.is_relative_to(root) else str(dockerfile)
    context = scan(root, inside)
    if context.secrets:
        shown = ", ".join(f"{path} ({rule})" for path, rule in context.secrets[:10])
        told = _("Secrets would be sent to the engine: {paths}.", paths=shown)
        raise SecretInBuildError(told, _("Add them to .dockerignore; what the build needs goes through `secrets`."))
    request = BuildRequest(
        context=context,
        root=deps.place.root,
        dockerfile=inside,
        text=text,
        target=wanted.target,
        args=wanted.args,
        secrets=secrets,
        platforms=wanted.platforms,
        cache_from=wanted.cache_from,
        cache_to=wanted.cache_to,
        network=wanted.network,
    )
    reasons = needs_buildkit(text)
    reasons += [_("build secrets")] if secrets else []
    reasons += [_("several platforms")] if len(wanted.platforms) > 1 else []
    reasons += [_("an exported cache")] if wanted.cache_to or any("type=" in each for each in wanted.cache_from) else []
    reasons += [_("an ignore file of its own")] if context.ignore_file not in {None, ".dockerignore"} else []
    reasons += [_("a Dockerfile outside the context")] if inside != wanted.dockerfile else []
    return request, reasons


def _secret(deps: Deps, name: str, source: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", name):
        raise BuildArgumentError(_("{name} is no id of a build secret.", name=name))
    if source.startswith("./"):
        return str(deps.place.resolve(source))
    if not VARIABLE.fullmatch(source):
        text = _("The secret {name} must be the NAME of a variable, or a file as ./path.", name=name)
        raise BuildArgumentError(text, _("Never pass the value itself."))
    return source


def _image_name(deps: Deps, wanted: Wanted) -> str:
    name = wanted.image or dns_label(deps.place.directory(wanted.path).name)
    last = name.rpartition("/")[2]
    if not NAME.fullmatch(name) or ":" in last or "@" in name:
        raise BuildArgumentError(
            _("{name} is no image name.", name=name),
            _("Lower-case letters, digits and hyphens, a registry before it if need be; the tag is made."),
        )
    if wanted.push and "/" not in name:
        raise BuildArgumentError(
            _("{name} names no registry to push to.", name=name), _("Write it as registry.example/team/name.")
        )
    return name


def _action(request: BuildRequest, where: Endpoint, client: BuildkitClient | None, *, push: bool) -> Action:
    name = request.tags[0]
    what = _("Build the image {name} from {path} ({files} files, {size} MB)", name=name, path=request.dockerfile,
             files=request.context.files, size=round(request.context.size / 1e6, 1))  # fmt: skip
    if request.secrets:
        what += " " + _("with the secrets {names}", names=", ".join(sorted(request.secrets)))
    if push:
        what += " " + _("and push it")
    return Action(
        tool="build_image",
        target=where.url,
        arguments={
            "context": str(request.context.root),
            "dockerfile": request.dockerfile,
            "image": name,
            "target": request.target,
            "args": dict(request.args),
            "secrets": dict(request.secrets),
            "platforms": list(request.platforms),
            "cache_from": list(request.cache_from),
            "cache_to": list(request.cache_to),
            "network": request.network,
            "builder": client.name if client else "classic",
            "push": push,
        },
        digests={"context": context_digest(request.context, request.text)},
        what=what,
        undo=_("docker image rm {name}; what was pushed stays in the registry.", name=name)
        if push
        else _("docker image rm {name}", name=name),
    )


def _judged(deps: Deps, request: BuildRequest, where: Endpoint, action: Action, push: bool) -> Decision:
    message = _("The instructions of the Dockerfile run on the engine, with its network.")
    reasons = [Reason(rule="docker.build", verdict="ask", message=message)]
    if request.secrets:
        message = _("The build is given secrets: {names}.", names=", ".join(sorted(request.secrets)))
        reasons.append(Reason(rule="docker.build_secret", verdict="ask", message=message))
    if push or request.cache_to:
        message = _("What is pushed to a registry can be pulled by others.")
        reasons.append(Reason(rule="docker.push", verdict="ask", message=message))
    reasons += engine_reasons(deps, request.context.root, where)
    return deps.guard.judge(action, Decision.of(reasons), changes=True)


def _advice(context: BuildContext) -> list[str]:
    told: list[str] = []
    if context.ignore_file is None and context.files:
        told.append(_("There is no .dockerignore: everything in the folder is sent."))
    if any(each.path == ".git" for each in context.entries):
        told.append(_(".git is sent: it is large, and it holds what was ever committed. Ignore it."))
    if context.size > LARGE:
        largest = context.largest[0]
        told.append(_("The context has {size} MB; the largest file is {path}.", size=context.size // 10**6,
                      path=largest.path))  # fmt: skip
    if context.unscanned:
        told.append(_("{count} files were not looked into for secrets.", count=context.unscanned))
    return told
