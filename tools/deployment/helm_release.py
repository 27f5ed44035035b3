"""How the chart is installed, how a version is released beside the one that runs, and the way back, with Helm."""

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.delivery import Command, Rollback
from tools.deployment.chart import FOLDER
from tools.deployment.kubectl_release import CANARY, kubectl, let_in, unrestored
from tools.deployment.manifests import namespace_of
from tools.deployment.pod_values import STABLE, Versions

DIGEST = "sha256:…"


def commands(brief: Brief, every: list[Versions], *, gateway: bool) -> list[Command]:
    """The first installation in every environment, then a release to the last one, in order."""
    told = [let_in(brief)]
    for environment in brief.context.environments:
        told += _installed(brief, every, environment)
    last = brief.context.environments[-1]
    beside = [each for each in every if each.beside]
    if any(each.beside == "green" for each in beside):
        return [*told, *_colours(brief, every, last)]
    if beside:
        return [*told, *_canary(brief, every, last, gateway=gateway)]
    digests = _digests(every)
    purpose = _("Release: migrate, roll the new pods out, and go back alone if they do not become ready.")
    return [*told, _upgraded(brief, last, digests, purpose)]


def rollback(brief: Brief, every: list[Versions], *, gateway: bool) -> list[Rollback]:  # noqa: ARG001 - same for all
    """One command: Helm knows what ran before."""
    last = brief.context.environments[-1]
    beside = any(each.beside for each in every)
    strategy = (
        _("Helm keeps every revision: the one before is put back, its shares and its live version with it.")
        if beside
        else _("Helm keeps every revision: going back is one more rollout.")
    )
    return [
        Rollback(
            strategy=strategy,
            commands=[
                Command(run=f"helm history {brief.name}{_at(last)}", purpose=_("See which revision ran before.")),
                Command(
                    run=f"helm rollback {brief.name}{_at(last)} --wait --timeout 10m",
                    purpose=_("Put the revision before back; its migration does not run again."),
                ),
            ],
            data=unrestored(),
        )
    ]


def _installed(brief: Brief, every: list[Versions], environment: Environment) -> list[Command]:
    namespace = namespace_of(environment)
    context = f" --context {environment.kube_context}" if environment.kube_context else ""
    chart = f"helm upgrade --install {brief.name} {FOLDER}{_at(environment)} --values {_values(environment)}"
    digests = " ".join(f"--set components.{key}={value}" for key, value in _digests(every).items())
    level = "pod-security.kubernetes.io"
    return [
        Command(
            run=f"kubectl{context} create namespace {namespace} && "
            f"kubectl{context} label namespace {namespace} {level}/enforce=restricted {level}/warn=restricted",
            purpose=_("The namespace of {name}, once: the cluster itself refuses pods with more rights than these.",
                      name=environment.name),
        ),
        Command(run=f"{chart} --dry-run=server", purpose=_("See what would be sent to {name}.",
                                                           name=environment.name)),
        Command(
            # Not yet --wait: the pods may need the schema that is migrated once everything is there.
            run=f"{chart} {digests} --wait=hookOnly --timeout 15m",
            purpose=_("Install it in {name}.", name=environment.name),
        ),
    ]  # fmt: skip


def _digests(every: list[Versions]) -> dict[str, str]:
    """One image for all processes of a component."""
    return {f"{each.name}.image.digest": DIGEST for each in every if each.name == each.image}


def _colours(brief: Brief, every: list[Versions], to: Environment) -> list[Command]:
    beside = [each for each in every if each.beside]

    def each(field: str, value: str) -> dict[str, str]:
        return {f"{pods.name}.{field}": value for pods in beside}

    return [
        _upgraded(
            brief,
            to,
            {**each("beside.digest", DIGEST), **each("beside.running", "true")},
            _("Migrate, then start green with the new version; nobody is sent to it yet."),
        ),
        *(
            Command(
                run=f"{kubectl(to)} port-forward service/{pods.second} 8080:80",
                purpose=_("Try green by hand at http://127.0.0.1:8080{path}.", path=pods.health or "/"),
            )
            for pods in beside
        ),
        _upgraded(brief, to, each("live", "green"), _("Send everybody to the new version, at once.")),
        _upgraded(
            brief,
            to,
            _digests(every),
            _("Once it has proved itself: bring blue to the same version."),
        ),
        _upgraded(
            brief,
            to,
            {**each("live", STABLE), **each("beside.running", "false")},
            _("Everybody is back with the version that the files name."),
        ),
    ]


def _canary(brief: Brief, every: list[Versions], to: Environment, *, gateway: bool) -> list[Command]:
    beside = [each for each in every if each.beside]

    def each(field: str, value: str) -> dict[str, str]:
        return {f"{pods.name}.{field}": value for pods in beside}

    pods = str(max(one.minimum for one in beside))
    begun = {**each("beside.digest", DIGEST), **each("beside.replicas", pods if gateway else "1")}
    over = {**_digests(every), **each("beside.replicas", "0")}
    steps = [_upgraded(brief, to, begun, _("Migrate, then start the canary with the new version."))]
    if gateway:
        over |= each("beside.share", "0")
        steps += [
            _upgraded(
                brief,
                to,
                each("beside.share", str(share)),
                _("Send {share} % to it, and watch errors and latency before the next step.", share=share),
            )
            for share in CANARY
        ]
    else:
        purpose = _("Start its pods, and watch errors and latency before the next step.")
        steps.append(_upgraded(brief, to, each("beside.replicas", pods), purpose))
    return [*steps, _upgraded(brief, to, over, _("Make it the version that everybody has."))]


def _upgraded(brief: Brief, to: Environment, values: dict[str, str], purpose: str) -> Command:
    given = " ".join(f"--set components.{key}={value}" for key, value in values.items())
    return Command(
        run=f"helm upgrade {brief.name} {FOLDER}{_at(to)} --reset-then-reuse-values --values {_values(to)} {given} "
        "--rollback-on-failure --wait --timeout 10m",
        purpose=purpose,
    )


def _values(environment: Environment) -> str:
    return f"{FOLDER}/values-{environment.name}.yaml"


def _at(environment: Environment) -> str:
    context = f" --kube-context {environment.kube_context}" if environment.kube_context else ""
    return f"{context} --namespace {namespace_of(environment)}"
