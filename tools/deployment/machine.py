"""What runs on machines of one's own: compose on one of them, or a swarm of several."""

from resources.catalogue import _
from tools.brief import Brief
from tools.containers import compose
from tools.containers.compose import compose_file
from tools.containers.swarm import swarm_stack
from tools.delivery import Check, Command, Delivery, File, Rollback, VariableToSet, combine
from tools.deployment.firewall import firewall
from tools.deployment.scripts import Runtime, back, interruption, release_commands, script_files
from tools.deployment.shares import share_commands, share_files, share_rollback
from tools.deployment.strategy import Sides, sides

STACK = "deploy/swarm/docker-stack.yml"
"""Where the stack of several versions lies: the one of the root has one version of each."""


def on_compose(brief: Brief) -> Delivery:
    """compose on one machine: images by digest, scripts that deploy them, and what may come in."""
    versions = sides(brief, "compose")
    made = compose_file(versions.brief, deployed=True)
    if made is None:
        return Delivery()
    variables = [
        VariableToSet(
            name=name,
            secret=True,
            where=_("file {path} on the machine, mode 0600, which git ignores", path="deploy/compose/.env"),
            purpose=_("password or key of the local services"),
        )
        for name in made.passwords
    ]
    check = Check(
        name=_("All containers are healthy"),
        run=f"docker compose --file {compose.DEPLOYED} ps --all "
        "--format '{{.Service}} {{.State}} {{.Health}}'",
        expect=_("running healthy; migrations: exited"),
    )
    part = Delivery(files=[made.file], variables=variables, checks=[check])
    part = part.model_copy(update={"risks": [] if versions.of else [interruption()]})
    return _released(brief, versions, "compose", part, compose.DEPLOYED)


def on_swarm(brief: Brief) -> Delivery:
    """A stack, the scripts that deploy it, and what may come in."""
    versions = sides(brief, "swarm")
    stack = swarm_stack(versions.brief)
    if stack is None:
        return Delivery()
    # The stack of one version of each is the very file of the containers' delivery.
    files = [_moved(each) for each in stack.files] if versions.of else stack.files
    commands = [
        Command(
            run=f'printf %s "${{{each.variable}:?}}" | docker secret create {each.name} -',
            purpose=_("Give the swarm the secret {name} once.", name=each.name),
        )
        for each in stack.secrets
    ]
    if stack.stateful:
        label = f"docker node update --label-add {brief.name}-data=true NODE"
        commands.append(Command(run=label, purpose=_("Say which node keeps the data; back its volumes up.")))
    variables = [
        VariableToSet(
            name=each.variable,
            secret=True,
            where=_("secret {name} of the swarm", name=each.name),
            purpose=_("read by {key} from a file", key=each.key),
            example=each.example,
        )
        for each in stack.secrets
    ]
    check = Check(
        name=_("Every task of the stack runs"),
        run="docker stack ps --filter desired-state=running --format '{{.Name}} {{.CurrentState}}' " + brief.name,
        expect=_("every task Running"),
    )
    part = Delivery(files=files, commands=commands, variables=variables, checks=[check])
    return _released(brief, versions, "swarm", part, files[0].path)


def _released(brief: Brief, versions: Sides, runtime: Runtime, part: Delivery, file: str) -> Delivery:
    """`part` with the scripts that deploy `file`, the shares of several versions, and the firewall."""
    rollback: list[Rollback] = [back(brief)]
    if versions.of:
        rollback.insert(0, share_rollback(brief))
    scripts = Delivery(
        files=[*script_files(versions, runtime, file), *share_files(brief, versions)],
        commands=[*release_commands(versions), *share_commands(brief, versions)],
        rollback=rollback,
    )
    return combine([part, scripts, firewall(brief)])


def _moved(file: File) -> File:
    path = STACK.rpartition("/")[0] + "/" + file.path
    return File(path=path, content=file.content, purpose=file.purpose)
