"""Everything that keeps a brief's secrets: their places, who may read them, how they are set and rotated."""

from resources.catalogue import _
from resources.templates import render
from tools.brief import Brief, Environment
from tools.delivery import Check, Command, Delivery, File, Risk, Rollback, VariableToSet
from tools.deployment.manifests import namespace_of
from tools.project import Question
from tools.secrets.dotenv import dotenv_file
from tools.secrets.held import Held, held, made_beside, store_of
from tools.secrets.stores import FOLDER, STORES, cluster_stores, spoken

SCRIPT = f"{FOLDER}/set-secret.sh"
RUNBOOK = f"{FOLDER}/README.md"


def generate(brief: Brief) -> Delivery:
    """The files that hold references, and the commands that ask a person for each value. Pure."""
    secrets = held(brief)
    files = [dotenv_file(brief, secrets)]
    made = made_beside(brief)
    secrets = [each for each in secrets if each.name not in made]
    if not secrets:
        return Delivery(summary=_("{name} reads no secret.", name=brief.name), files=files)
    questions = _questions(brief)
    files += [*STORES[store_of(brief)](brief, secrets), *cluster_stores(brief), _script(brief, secrets)]
    files.append(_runbook(brief, secrets))
    return Delivery(
        status="waiting",  # values are for people to give
        files=files,
        commands=[*_prepare(brief), *_set(brief, secrets)],
        variables=[_to_set(brief, each) for each in secrets],
        checks=[_check()],
        rollback=[_rollback(brief)],
        risks=_risks(brief),
        questions=questions,
    )


def _script(brief: Brief, secrets: list[Held]) -> File:
    environments = brief.context.environments
    content = render(
        "secrets/set-secret.sh.j2",
        service=brief.name,
        store=store_of(brief),
        gitlab=brief.context.pipeline == "gitlab_ci",
        environments=[each.name for each in environments],
        names=[each.name for each in secrets],
        projects=[(each.name, each.gcp_project or "PROJECT") for each in environments],
    )
    return File(
        path=SCRIPT, content=content, purpose=_("Asks for one value and puts it into the store."), executable=True
    )


def _runbook(brief: Brief, secrets: list[Held]) -> File:
    content = render(
        "secrets/rotation.md.j2",
        service=brief.name,
        store_name=spoken(brief),
        secrets=secrets,
        environments=[each.name for each in brief.context.environments],
        restart=_restart(brief),
        back=_back(brief),
        on_call=brief.context.operations.on_call
        or brief.context.operations.owner
        or _("Nobody is named in devops.yaml."),
    )
    return File(
        path=RUNBOOK, content=content, purpose=_("How secrets are set, rotated, and what to do when one leaks.")
    )


def _restart(brief: Brief) -> list[str]:
    first = brief.context.environments[0]
    target, cluster = brief.context.platform.target, brief.context.platform.cluster or "CLUSTER"
    if target == "kubernetes":
        space = namespace_of(first)
        sync = f'kubectl annotate externalsecret --all --namespace {space} force-sync="$(date +%s)" --overwrite'
        return [
            sync,
            f"kubectl rollout restart deployment --namespace {space}",
            f"kubectl rollout status deployment --namespace {space}",
        ]
    if target == "ecs":
        return [f"aws ecs update-service --cluster {cluster} --service {brief.name} --force-new-deployment"]
    if target == "cloud_run":
        region = first.region or brief.context.platform.region or "REGION"
        return [f'gcloud run services update {brief.name} --region {region} --update-labels rotated="$(date +%s)"']
    if store_of(brief) == "sops":
        return [f"sops exec-env {FOLDER}/{first.name}.enc.json 'docker compose up --detach'"]
    return [_("# run the deployment of this environment again")]


def _back(brief: Brief) -> list[str]:
    store, first = store_of(brief), brief.context.environments[0].name
    if store == "vault":
        return [
            _(
                "Take the version before: {command}",
                command=f"`vault kv rollback -mount=kv-{first} -version=N {brief.name}/NAME`",
            )
        ]
    if store == "aws_secrets_manager":
        label = (
            f"`aws secretsmanager update-secret-version-stage --secret-id {first}/{brief.name}/NAME"
            " --version-stage AWSCURRENT --move-to-version-id OLD --remove-from-version-id NEW`"
        )
        return [_("Take the version before: {command}", command=label)]
    if store == "aws_parameter_store":
        earlier = (
            f"`aws ssm get-parameter --name /{first}/{brief.name}/NAME:N --with-decryption --query Parameter.Value"
            f" --output text | {SCRIPT} {first} NAME`"
        )
        return [_("Take the version before: {command}", command=earlier)]
    if store == "gcp_secret_manager":
        return [
            _(
                "Take the version before: {command}",
                command=f"`gcloud secrets versions disable NEW --secret={brief.name}-NAME`",
            )
        ]
    return [_("This store keeps no earlier value: set the old one again, it is valid until you revoke it.")]


def _prepare(brief: Brief) -> list[Command]:
    store = store_of(brief)
    found: list[Command] = []
    if store == "vault":
        found.append(Command(run=f"{FOLDER}/vault/setup.sh", purpose=_("Prepare engines, policies and roles.")))
    if store in {"aws_secrets_manager", "aws_parameter_store", "gcp_secret_manager"}:
        for environment in brief.context.environments:
            found += _terraform(brief, environment)
    found += [
        Command(run=f"kubectl apply --filename {each.path}", purpose=_("Tell the cluster where it reads the secrets."))
        for each in cluster_stores(brief)
    ]
    return found


def _terraform(brief: Brief, environment: Environment) -> list[Command]:
    name = environment.name
    if store_of(brief) != "gcp_secret_manager":
        folder, given = f"{FOLDER}/aws", f"-var=environment={name}"
        backend = f"-backend-config=key={brief.name}/secrets/{name}.tfstate"
    else:
        folder = f"{FOLDER}/gcp"
        given = f'-var=project={environment.gcp_project or "PROJECT"} -var=reader="$READER"'
        backend = f"-backend-config=prefix={brief.name}/secrets/{name}"
    init = f'terraform -chdir={folder} init -reconfigure -backend-config=bucket="$STATE_BUCKET" {backend}'
    plan = f"terraform -chdir={folder} plan {given} -out={name}.tfplan"
    apply = f"terraform -chdir={folder} apply {name}.tfplan"
    return [
        Command(run=init, purpose=_("Open the state of {name}.", name=name)),
        Command(run=plan, purpose=_("Read what will be made in {name}.", name=name)),
        Command(run=apply, purpose=_("Make the places in {name}; they hold no value.", name=name)),
    ]


def _set(brief: Brief, secrets: list[Held]) -> list[Command]:
    return [
        Command(
            run=f"{SCRIPT} {environment.name} {each.name}",
            purpose=_("Set {secret} in {name}; the value is asked for.", secret=each.name, name=environment.name),
        )
        for environment in brief.context.environments
        for each in secrets
    ]


def _to_set(brief: Brief, each: Held) -> VariableToSet:
    purpose = _("Read by {readers}.", readers=", ".join(each.components))
    return VariableToSet(
        name=each.name, secret=True, where=_("{store}, each environment its own", store=spoken(brief)), purpose=purpose
    )


def _check() -> Check:
    return Check(
        name=_("No value in the repository"),
        run="astreinte call scan_secrets --json '{\"history\": true}'",
        expect=_("No find that nobody has accepted."),
    )


def _rollback(brief: Brief) -> Rollback:
    return Rollback(
        strategy=_("The files are references: take the commit back. A value goes back as the runbook says."),
        commands=[Command(run="git revert --no-edit HEAD", purpose=_("Take the change back."))],
        data=_("Values in {store} stay as they are; a revoked one does not come back.", store=spoken(brief)),
    )


def _risks(brief: Brief) -> list[Risk]:
    found = [
        Risk(
            kind="downtime",
            level="medium",
            message=_("A secret rotated in one place and not in the other stops the service."),
            mitigation=_(
                "Keep the old value valid until the new one is seen to work; the runbook says in which order."
            ),
        )
    ]
    if store_of(brief) == "dotenv":
        found.append(
            Risk(
                kind="security",
                level="medium",
                message=_("Whoever can change the pipeline can read the secrets that it holds."),
                mitigation=_("Protect environments and the branch, or name a store: context.secret_store."),
            )
        )
    return found


def _questions(brief: Brief) -> list[Question]:
    store, found = store_of(brief), []
    if store == "vault" and brief.context.platform.target == "kubernetes":
        found.append(
            Question(
                field="deploy/secrets/kubernetes",
                question=_("What is the address of Vault? The files name vault.example.com."),
            )
        )
    if store == "gcp_secret_manager" and not all(each.gcp_project for each in brief.context.environments):
        found.append(
            Question(
                field="context.environments.gcp_project",
                question=_("Which project has each environment? Secrets of two must not share one."),
            )
        )
    if store == "sops":
        found.append(
            Question(
                field=".sops.yaml",
                question=_("Which age public keys may decrypt each environment? Replace AGE_RECIPIENTS_…."),
            )
        )
    return found
