"""How the overlays are applied, how a version is released beside the one that runs, and the way back, with kubectl."""

import json

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.delivery import Command, Rollback
from tools.deployment.kubernetes_migration import migrate
from tools.deployment.manifests import FOLDER, namespace_of
from tools.deployment.pod_values import STABLE, Versions

CANARY = (10, 50)
"""The steps before a canary becomes everybody's version, in percent."""


def commands(brief: Brief, every: list[Versions], *, gateway: bool) -> list[Command]:
    """The first deployment of every environment, then a release to the last one, in order."""
    told = [let_in(brief)]
    for environment in brief.context.environments:
        folder = f"{FOLDER}/overlays/{environment.name}"
        context = f" --context {environment.kube_context}" if environment.kube_context else ""
        told += [
            Command(run=f"kubectl{context} diff --kustomize {folder}", purpose=_("See what would change in {name}.",
                                                                                 name=environment.name)),
            *migrate(environment, [each.name for each in every if each.migrates]),
            Command(run=f"kubectl{context} apply --kustomize {folder}", purpose=_("Apply it to {name}.",
                                                                                  name=environment.name)),
        ]  # fmt: skip
    last = brief.context.environments[-1]
    released = [
        command
        for each in every
        if each.beside
        for command in (_colours(each, last) if each.beside == "green" else _canary(brief, each, last, gateway=gateway))
    ]
    if not released:
        return told
    folder = f"{FOLDER}/overlays/{last.name}/migration"
    purpose = _(
        "Write the digest that rolls out next in {folder}, then migrate: only what the old version can live with.",
        folder=folder,
    )
    steps = migrate(last, [each.name for each in every if each.migrates])
    migrated = [Command(run=" && ".join(each.run for each in steps), purpose=purpose)] if steps else []
    behind = [_image(each, last, f"deployment/{each.name}", _("Replace what works in the background as it stands."))
              for each in every if not each.beside]  # fmt: skip
    return [*told, *migrated, *released, *behind]


def rollback(brief: Brief, every: list[Versions], *, gateway: bool) -> list[Rollback]:
    """The way back while both versions stand, and the one that is always there."""
    last = brief.context.environments[-1]
    beside = [each for each in every if each.beside]
    ways: list[Rollback] = []
    if any(each.beside == "green" for each in beside):
        ways.append(
            Rollback(
                strategy=_("Blue/green: the old version still runs; sending the traffic back is all there is to do."),
                commands=[_sent(each, last, STABLE) for each in beside],
                data=unrestored(),
            )
        )
    elif beside:
        back = [
            command
            for each in beside
            for command in ([_shared(brief, each, last, 0)] if gateway else [_scaled(each, last, "0")])
        ]
        ways.append(
            Rollback(
                strategy=_("Canary: only its share of the requests met the new version; it hears nothing any more."),
                commands=back,
                data=unrestored(),
            )
        )
    ways.append(
        Rollback(
            strategy=_(
                "Rolling update: the old pods stay until the new ones are ready; going back is one more rollout."
            ),
            commands=[
                Command(
                    run=f"{kubectl(last)} rollout undo deployment/{each.name}",
                    purpose=_("Put {name} back as it was.", name=each.name),
                )
                for each in every
            ],
            data=unrestored(),
        )
    )
    return ways


def let_in(brief: Brief) -> Command:
    """What the network policies wait for."""
    return Command(
        run=f"kubectl label namespace INGRESS network.{brief.name}/ingress=true",
        purpose=_("Let traffic in from the namespace of the ingress controller or gateway, once."),
    )


def unrestored() -> str:
    """What no rollout brings back."""
    return _("Volumes and migrated schemas stay as they are: take a backup before the deployment.")


def kubectl(environment: Environment) -> str:
    """kubectl, told which cluster and namespace are meant."""
    context = f" --context {environment.kube_context}" if environment.kube_context else ""
    return f"kubectl{context} --namespace {namespace_of(environment)}"


def _colours(each: Versions, to: Environment) -> list[Command]:
    green, blue = f"deployment/{each.second}", f"deployment/{each.name}"
    wanted = f"$({kubectl(to)} get {blue} --output 'jsonpath={{.spec.replicas}}')"
    return [
        _image(each, to, green, _("Give green the new version; nobody is sent to it yet.")),
        _scaled(each, to, f'"{wanted}"'),
        _waited(green, to),
        Command(
            run=f"{kubectl(to)} port-forward service/{each.second} 8080:80",
            purpose=_("Try green by hand at http://127.0.0.1:8080{path}.", path=each.health or "/"),
        ),
        _sent(each, to, each.beside or ""),
        _image(each, to, blue, _("Once it has proved itself: bring blue to the same version.")),
        _waited(blue, to),
        _sent(each, to, STABLE),
        _scaled(each, to, "0"),
    ]


def _canary(brief: Brief, each: Versions, to: Environment, *, gateway: bool) -> list[Command]:
    canary, stable = f"deployment/{each.second}", f"deployment/{each.name}"
    steps = [_image(each, to, canary, _("Give the canary the new version; it has no pods yet."))]
    if gateway:
        steps += [_scaled(each, to, str(each.minimum)), _waited(canary, to)]
        steps += [_shared(brief, each, to, share) for share in CANARY]
    else:
        steps += [_scaled(each, to, "1"), _waited(canary, to), _scaled(each, to, str(each.minimum))]
    return [
        *steps,
        _image(each, to, stable, _("Make it the version that everybody has.")),
        _waited(stable, to),
        *([_shared(brief, each, to, 0)] if gateway else []),
        _scaled(each, to, "0"),
    ]


def _image(each: Versions, to: Environment, what: str, purpose: str) -> Command:
    return Command(run=f"{kubectl(to)} set image {what} {each.name}=IMAGE@sha256:…", purpose=purpose)


def _scaled(each: Versions, to: Environment, replicas: str) -> Command:
    purpose = (
        _("It has nothing to say any more: stop its pods.")
        if replicas == "0"
        else _("Start its pods, and watch errors and latency before the next step.")
    )
    return Command(run=f"{kubectl(to)} scale deployment/{each.second} --replicas={replicas}", purpose=purpose)


def _waited(what: str, to: Environment) -> Command:
    return Command(run=f"{kubectl(to)} rollout status {what} --timeout=10m", purpose=_("Wait until every pod answers."))


def _sent(each: Versions, to: Environment, track: str) -> Command:
    patch = json.dumps({"spec": {"selector": {"track": track}}})
    purpose = (
        _("Everybody is back with the version that the files name.")
        if track == STABLE
        else _("Send everybody to the new version, at once.")
    )
    return Command(run=f"{kubectl(to)} patch service {each.name} --patch '{patch}'", purpose=purpose)


def _shared(brief: Brief, each: Versions, to: Environment, share: int) -> Command:
    """The weights of every rule that leads to `each`: the route is read, changed and put back as a whole."""
    program = " | ".join(
        f'(.spec.rules[].backendRefs[] | select(.name == "{name}") | .weight) = {weight}'
        for name, weight in ((each.name, 100 - share), (each.second, share))
    )
    purpose = (
        _("Send {share} % to it, and watch errors and latency before the next step.", share=share)
        if share
        else _("Everybody is back with the version that the files name.")
    )
    read, write = f"{kubectl(to)} get httproute {brief.name} --output json", f"{kubectl(to)} replace --filename -"
    return Command(run=f"{read} | jq '{program}' | {write}", purpose=purpose)
