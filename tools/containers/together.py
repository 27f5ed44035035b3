"""What a delivery says of running the components together: compose.yaml, the Swarm stack, and what they ask for."""

from collections.abc import Sequence

from resources.catalogue import _
from tools.brief import Brief
from tools.containers import compose, swarm
from tools.containers.backing import unknown_needs
from tools.containers.workloads import workloads
from tools.delivery import Check, Command, Delivery, File, Risk, Rollback, VariableToSet
from tools.project import Existing

# Where something else runs the containers, a Swarm stack would only be one more file to keep.
ELSEWHERE = {"ecs", "cloud_run", "kubernetes"}
STACK_NAMES = ("docker-stack.yml", "docker-stack.yaml")


def together(brief: Brief, *, overwrite: bool, existing: Sequence[Existing]) -> Delivery:
    """compose.yaml always, the stack unless the brief names another target; what exists is kept."""
    paths = [each.path for each in existing]
    kept = [] if overwrite else [path for path in paths if "/" not in path and _is_of_the_root(path, existing)]
    parts: list[Delivery] = [Delivery(status="done", files=[], risks=[_kept(path) for path in kept])]
    if not any(path not in STACK_NAMES for path in kept):
        parts.append(_compose(brief, overwrite=overwrite))
    if brief.context.platform.target not in ELSEWHERE and not any(path in STACK_NAMES for path in kept):
        parts.append(_swarm(brief, overwrite=overwrite))
    unknown = unknown_needs(each.component for each in workloads(brief, overwrite=overwrite))
    if unknown:
        parts[0].risks.append(_not_run(unknown))
    return Delivery(
        status="done",
        files=[each for part in parts for each in part.files],
        commands=[each for part in parts for each in part.commands],
        variables=[each for part in parts for each in part.variables],
        checks=[each for part in parts for each in part.checks],
        rollback=[each for part in parts for each in part.rollback],
        risks=[each for part in parts for each in part.risks],
    )


def _is_of_the_root(path: str, existing: Sequence[Existing]) -> bool:
    return path in STACK_NAMES or any(each.path == path and each.kind == "compose" for each in existing)


def _compose(brief: Brief, *, overwrite: bool) -> Delivery:
    made = compose.compose_file(brief, overwrite=overwrite)
    if made is None:
        return Delivery(status="done", files=[])
    return Delivery(
        status="done",
        files=[made.file],
        commands=[Command(run="docker compose up --build --wait", purpose=_("Start everything and wait for health."))],
        variables=[
            VariableToSet(
                name=name,
                secret=True,
                where=_("file .env beside compose.yaml, which git ignores"),
                purpose=_("password or key of the local services"),
                example="openssl rand -hex 24",
            )
            for name in made.passwords
        ],
        checks=[
            Check(
                name=_("All containers are healthy"),
                run="docker compose ps --all --format '{{.Service}} {{.State}} {{.Health}}'",
                expect=_("running healthy; migrations: exited"),
            )
        ],
    )


def _swarm(brief: Brief, *, overwrite: bool) -> Delivery:
    stack = swarm.swarm_stack(brief, overwrite=overwrite)
    if stack is None:
        return Delivery(status="done", files=[])
    files: list[File] = stack.files
    commands = [
        Command(
            run=f'printf %s "${{{each.variable}:?}}" | docker secret create {each.name} -',
            purpose=_("Give the swarm the secret {name} once.", name=each.name),
        )
        for each in stack.secrets
    ]
    if stack.stateful:
        commands.append(
            Command(
                run=f"docker node update --label-add {brief.name}-data=true NODE",
                purpose=_("Say which node keeps the data; back its volumes up."),
            )
        )
    deploy = f"docker stack deploy --with-registry-auth --prune --detach=false --compose-file {swarm.PATH} {brief.name}"
    commands.append(Command(run=deploy, purpose=_("Deploy; a task that is not healthy is rolled back by itself.")))
    variables = [
        VariableToSet(
            name=name,
            secret=False,
            where=_("shell that deploys the stack"),
            purpose=_("image by digest, as the pipeline's summary gives it"),
            example="ghcr.io/acme/app@sha256:…",
        )
        for name in dict.fromkeys(stack.images)
    ]
    variables += [
        VariableToSet(
            name=each.variable,
            secret=True,
            where=_("secret {name} of the swarm", name=each.name),
            purpose=_("read by {key} from a file", key=each.key),
            example=each.example,
        )
        for each in stack.secrets
    ]
    return Delivery(
        status="done",
        files=files,
        commands=commands,
        variables=variables,
        checks=[
            Check(
                name=_("Every task of the stack runs"),
                run="docker stack ps --filter desired-state=running --format '{{.Name}} {{.CurrentState}}' "
                + brief.name,
                expect=_("every task Running"),
            )
        ],
        rollback=[
            Rollback(
                strategy=_("Swarm keeps the definition before; a failed update returns to it by itself."),
                commands=[
                    Command(
                        run=f"docker service rollback {brief.name}_{each.key}",
                        purpose=_("Put {name} back as it was.", name=each.key),
                    )
                    for each in workloads(brief, overwrite=overwrite)
                ],
                data=_("Volumes and migrated schemas stay as they are: take a backup before the deployment."),
            )
        ],
    )


def _kept(path: str) -> Risk:
    return Risk(
        kind="compatibility",
        level="info",
        message=_("{path} exists and is kept.", path=path),
        mitigation=_("Read what the checkers say of it, or ask for it to be replaced (overwrite)."),
    )


def _not_run(needs: list[str]) -> Risk:
    return Risk(
        kind="compatibility",
        level="low",
        message=_("No service is started for: {needs}.", needs=", ".join(needs)),
        mitigation=_("Add it to compose.yaml, or point its variables at one that runs elsewhere."),
    )
