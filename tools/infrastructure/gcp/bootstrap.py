"""What a project needs before the first plan: its services, the bucket of the states, and who may plan and push."""

from dataclasses import dataclass

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.delivery import Command, File
from tools.infrastructure import regions
from tools.infrastructure.aws.common import short
from tools.infrastructure.gcp import common, inputs
from tools.infrastructure.gcp.registry import images
from tools.infrastructure.module import (
    ROOT,
    Output,
    Rule,
    Variable,
    flag,
    matches,
    number,
    outputs_tf,
    text,
    texts,
    tf,
    variables_tf,
)
from tools.infrastructure.scale import log_retention
from tools.pipelines.issuer import issuer_of
from tools.pipelines.trust.shell import quoted

FOLDER = f"{ROOT}/bootstrap"
SERVICES = (
    "billingbudgets.googleapis.com",
    "cloudkms.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "iam.googleapis.com",
    "iamcredentials.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "serviceusage.googleapis.com",
    "storage.googleapis.com",
    "sts.googleapis.com",
)
"""Of every project; blueprints add their own."""
AUDITED = ("secretmanager.googleapis.com", "storage.googleapis.com")
PLAN_ROLES = (
    "roles/browser",
    "roles/iam.securityReviewer",
    "roles/logging.viewer",
    "roles/monitoring.viewer",
    "roles/serviceusage.serviceUsageConsumer",
)
ENVIRONMENT = "has(assertion.environment) ? assertion.environment : 'none'"


@dataclass(frozen=True)
class Project:
    """One project and the environments in it. `id` is None where the brief does not say it."""

    name: str
    id: str | None
    environments: tuple[Environment, ...]


@dataclass(frozen=True)
class Needs:
    """What a blueprint asks of its projects."""

    services: tuple[str, ...]
    plan_roles: tuple[str, ...]


def projects(brief: Brief) -> list[Project]:
    """The projects of the brief; an environment without one is taken to have its own."""
    grouped: dict[str, list[Environment]] = {}
    for each in brief.context.environments:
        grouped.setdefault(each.gcp_project or f"environment {each.name}", []).append(each)
    return [
        Project(found[0].name if len(grouped) > 1 else "main", found[0].gcp_project, tuple(found))
        for found in grouped.values()
    ]


def state_bucket(brief: Brief) -> str:
    """What the bucket of the states is called, before the project's id."""
    return f"{short(brief)}-tfstate"


def backend(brief: Brief, environment: Environment) -> dict[str, object]:
    """The backend's arguments. A bucket whose project nobody knows is named when terraform is initialised."""
    project = environment.gcp_project
    return {
        "bucket": f"{state_bucket(brief)}-{project}" if project else None,
        "prefix": f"{brief.name}/{environment.name}",
    }


def files(brief: Brief, needs: Needs) -> list[File]:
    """The folder `bootstrap`."""
    purpose = _("Where the states are kept, and who may read them.")
    github = issuer_of(brief).pool == "github"
    place = images(brief)
    named = {
        "state_bucket": state_bucket(brief),
        "service": brief.name,
        "registry": place.repository if place else brief.name,
        "pool": issuer_of(brief).pool,
        "label": issuer_of(brief).label,
        "tags": common.labels(brief, None),
        "mapping": _mapping(github=github),
        "condition": _condition(github=github),
    }
    made = [
        File(
            path=f"{FOLDER}/{part}.tf", content=tf(f"{inputs.FOLDER}/bootstrap/{part}.tf.j2", **named), purpose=purpose
        )
        for part in ("main", "versions")
    ]
    made += [
        File(path=f"{FOLDER}/variables.tf", content=variables_tf(_variables(brief)), purpose=purpose),
        File(path=f"{FOLDER}/outputs.tf", content=outputs_tf(_outputs()), purpose=purpose),
    ]
    for project in projects(brief):
        content = tf("root/values.tfvars.j2", values=_values(brief, project, needs))
        made.append(File(path=f"{FOLDER}/{project.name}.tfvars", content=content, purpose=purpose))
    return made


def commands(brief: Brief) -> list[Command]:
    """Apply it, once a project: the last first, the others read images there."""
    told: list[Command] = []
    run = f"terraform -chdir={FOLDER}"
    for project in reversed(projects(brief)):
        known = project.id or "PROJECT"
        given = f" -var-file={project.name}.tfvars" + ("" if project.id else f" -var=project={known}")
        place = f"projects/{known}/locations/{regions.region_of(brief, project.environments[0], 'gcp')}/buckets/service"
        told += [
            Command(
                run="gcloud services enable cloudresourcemanager.googleapis.com iam.googleapis.com "
                f"serviceusage.googleapis.com storage.googleapis.com "
                f"--project {quoted(known)}",
                purpose=_("What Terraform itself needs in {name}.", name=project.name),
            ),
            Command(run=f"{run} init", purpose=_("Prepare the bootstrap of {name}.", name=project.name)),
            Command(
                run=f"{run} workspace select -or-create {project.name}",
                purpose=_("One workspace a project: their states stay apart."),
            ),
            Command(
                run=f"{run} apply{given}",
                purpose=_(
                    "Make the bucket of the states and the account that plans, once a project, as an administrator."
                ),
            ),
            Command(
                run=f"gcloud logging sinks update _Default logging.googleapis.com/{place} --project {quoted(known)}",
                purpose=_("Keep the logs of {name} in its region; what was logged before stays.", name=project.name),
            ),
        ]
    return told


def _values(brief: Brief, project: Project, needs: Needs) -> dict[str, object]:
    place, github = images(brief), issuer_of(brief).pool == "github"
    last = projects(brief)[-1]
    regulated = bool(brief.constraints.regulations)
    branch = brief.context.default_branch
    ref = f"attribute.ref/refs/heads/{branch}" if github else f"attribute.ref/{branch}"
    told = {
        "project": project.id,
        "region": regions.region_of(brief, project.environments[0], "gcp"),
        "services": sorted({*SERVICES, *needs.services}),
        "audited_services": [*AUDITED, *(("cloudsql.googleapis.com",) if regulated else ())],
        "log_days": log_retention(brief),
        "repository": common.repository(brief),
        "environments": [each.name for each in project.environments],
        "plan_attributes": [ref, *(["attribute.event_name/pull_request"] if github else [])],
        "plan_roles": sorted({*PLAN_ROLES, *needs.plan_roles}),
        "create_registry": place is not None and (place.project == project.id if place.project else project == last),
        "push_attributes": [ref],
    }
    return {name: each for name, each in told.items() if each is not None}


def _mapping(*, github: bool) -> dict[str, str]:
    own = ("repository", "ref", "event_name") if github else ("project_path", "ref")
    return {**{name: f"assertion.{name}" for name in own}, "environment": ENVIRONMENT}


def _condition(*, github: bool) -> list[str]:
    """What Google must find in a token before it believes it: parts of a CEL expression, as Terraform makes them."""
    path, number_ = ("repository", "repository_id") if github else ("project_path", "project_id")
    told = [
        f"\"assertion.{path} == '${{var.repository}}'\"",
        f'var.repository_id == null ? "" : "assertion.{number_} == \'${{var.repository_id}}\'"',
    ]
    if not github:
        return [*told, "\"assertion.ref_protected == 'true'\""]
    trusted = (
        "\"(assertion.ref == 'refs/heads/${var.default_branch}' || assertion.event_name == 'pull_request' || "
        '(has(assertion.environment) && assertion.environment in ${jsonencode(var.environments)}))"'
    )
    return [*told, trusted]


def _variables(brief: Brief) -> tuple[Variable, ...]:
    issuer = issuer_of(brief)
    # GitLab's server is told by a command; without one it is the public one.
    host = issuer.host if issuer.pool == "github" else "gitlab.com"
    return (
        inputs.project(),
        inputs.region(),
        texts("services", _("Services of Google Cloud that the project uses.")),
        texts("audited_services", _("Services whose readings and writings of data are logged.")),
        number("log_days", _("Days that logs are kept."), 1, 3650),
        text("oidc_host", _("Issuer of the pipeline's tokens."), default=host),
        text(
            "repository",
            _("Repository whose pipeline is believed, by its path."),
            matches("repository", r"^[\\w.-]+(/[\\w.-]+)+$", _("Write OWNER/REPOSITORY.")),
        ),
        text(
            "repository_id",
            _("Its number, which no other repository can ever have; null: its path alone is looked at."),
            matches("repository_id", "^[0-9]+$", _("This must be a number."), optional=True),
            default=None,
        ),
        text("default_branch", _("Branch that is deployed."), default=brief.context.default_branch),
        texts("environments", _("Environments whose jobs are believed here.")),
        texts(
            "plan_attributes",
            _("Which jobs may plan, by what their tokens say."),
            Rule("length(var.plan_attributes) > 0", _("Somebody must be able to plan.")),
        ),
        texts("plan_roles", _("What who plans may look at.")),
        flag("create_registry", _("True in the one project that keeps the images.")),
        texts("push_attributes", _("Which jobs may push images, by what their tokens say.")),
    )


def _outputs() -> tuple[Output, ...]:
    return (
        Output("state_bucket", "google_storage_bucket.state.name", _("Bucket of the states.")),
        Output(
            "workload_identity_provider",
            "google_iam_workload_identity_pool_provider.pipeline.name",
            _("Variable GCP_WORKLOAD_IDENTITY_PROVIDER of the pipeline."),
        ),
        Output("plan_account", "module.plan_identity.email", _("Service account that the pipeline plans as.")),
        Output(
            "push_account",
            "one(module.push_identity[*].email)",
            _("Variable GCP_PUSH_SERVICE_ACCOUNT of the pipeline."),
        ),
        Output("registry", "one(module.registry[*].address)", _("Where images are pushed.")),
    )
