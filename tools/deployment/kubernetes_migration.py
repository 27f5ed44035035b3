"""The migration of a database in Kubernetes: a job that runs, once, before the new version rolls out."""

import json

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.containers.workloads import Workload
from tools.delivery import Command, File
from tools.deployment.manifests import FOLDER, namespace_of
from tools.deployment.pod_values import manifest, settings, values


def migration_base(brief: Brief, migrated: list[Workload], configs: dict[str, dict[str, str]]) -> list[File]:
    """A job for each component that migrates: with its settings and secrets, and a way to its database."""
    folder = "migration"
    files = []
    for each in migrated:
        plain, secrets = settings(each)
        # A migration has no address.
        filled = values(each, brief, config=bool(plain), secrets=bool(secrets), gateway=False) | {"port": None}
        filled |= {"name": f"{each.name}-migrate", "command": json.dumps(each.migration, ensure_ascii=False)}
        purpose = _("Migrates the database of {name}.", name=each.name)
        files.append(manifest(f"{folder}/{each.name}.yaml", "migration", purpose, c=filled))
    own = {f"{each.name}-config" for each in migrated}
    purpose = _("The migrations of all environments.")
    files.append(manifest(f"{folder}/kustomization.yaml", "kustomization", purpose, folder=f"{FOLDER}/{folder}",
                       resources=[f"{each.name}.yaml" for each in migrated],
                       configs={name: each for name, each in configs.items() if name in own}))  # fmt: skip
    return files


def migrate(environment: Environment, migrated: list[str]) -> list[Command]:
    """Before the rollout; the job of the last time goes first, for a job never changes."""
    space = f"--namespace {namespace_of(environment)}"
    context = f" --context {environment.kube_context}" if environment.kube_context else ""
    jobs = " ".join(f"job/{name}-migrate" for name in migrated)
    folder = f"{FOLDER}/overlays/{environment.name}/migration"
    if not migrated:
        return []
    return [
        Command(run=f"kubectl{context} {space} delete --ignore-not-found {jobs}",
                purpose=_("Make room for the migration of {name}.", name=environment.name)),
        Command(run=f"kubectl{context} apply --kustomize {folder}",
                purpose=_("Migrate the database of {name}; the first time after the rollout below, which brings the "
                          "namespace and the secrets.", name=environment.name)),
        Command(run=f"kubectl{context} {space} wait --for=condition=complete --timeout=15m {jobs}",
                purpose=_("Roll out only when it has succeeded.")),
    ]  # fmt: skip
