"""Vault: an engine, policies and roles for each environment, and an agent where no cluster fetches the values."""

import json
from typing import Any

from resources.catalogue import _
from resources.templates import render
from tools.brief import Brief
from tools.delivery import File
from tools.deployment.manifests import namespace_of
from tools.secrets.held import Held, mount

FOLDER = "deploy/secrets/vault"


def vault_files(brief: Brief, secrets: list[Held]) -> list[File]:
    """Everything that prepares Vault for `brief`; no value, no token."""
    kubernetes = brief.context.platform.target == "kubernetes"
    files: list[File] = []
    repository = _repository(brief)
    for each in brief.context.environments:
        common = {"service": brief.name, "environment": each.name, "mount": mount(each)}
        policy = render("secrets/vault-policy.hcl.j2", **common)
        files.append(
            _file(f"policies/{each.name}.hcl", policy, _("What the service may read in {name}.", name=each.name))
        )
        rotate = render("secrets/vault-rotate.hcl.j2", **common)
        files.append(
            _file(f"policies/{each.name}-rotate.hcl", rotate, _("What people may rotate in {name}.", name=each.name))
        )
        role = _kubernetes_role(brief, each.name, namespace_of(each)) if kubernetes else _machine_role(brief, each.name)
        files.append(
            _file(f"roles/{each.name}.json", _json(role), _("Who becomes the service in {name}.", name=each.name))
        )
        if repository:
            job = _job_role(brief, each.name, repository)
            files.append(
                _file(
                    f"roles/{each.name}-ci.json",
                    _json(job),
                    _("Which job of the pipeline may read {name}.", name=each.name),
                )
            )
        if not kubernetes:
            agent = render("secrets/vault-agent.hcl.j2", **common, names=[one.name for one in secrets])
            files.append(
                _file(f"agent-{each.name}.hcl", agent, _("Brings the values to the machine of {name}.", name=each.name))
            )
    gitlab = brief.context.pipeline == "gitlab_ci"
    setup = render(
        "secrets/vault-setup.sh.j2",
        service=brief.name,
        kubernetes=kubernetes,
        environments=[{"name": each.name, "mount": mount(each)} for each in brief.context.environments],
        repository=repository,
        forge="GitLab" if gitlab else "GitHub",
        issuer=_issuer(brief),
    )
    files.append(
        File(
            path=f"{FOLDER}/setup.sh",
            content=setup,
            purpose=_("Prepares Vault, as often as you like."),
            executable=True,
        )
    )
    return files


def _file(path: str, content: str, purpose: str) -> File:
    return File(path=f"{FOLDER}/{path}", content=content, purpose=purpose)


def _json(role: dict[str, Any]) -> str:
    return json.dumps(role, indent=2) + "\n"


def _kubernetes_role(brief: Brief, environment: str, namespace: str) -> dict[str, Any]:
    return {
        "bound_service_account_names": [f"{brief.name}-secrets"],
        "bound_service_account_namespaces": [namespace],
        "audience": "vault",
        "token_policies": [f"{brief.name}-{environment}"],
        "token_ttl": "20m",
        "token_max_ttl": "1h",
    }


def _machine_role(brief: Brief, environment: str) -> dict[str, Any]:
    return {
        "token_policies": [f"{brief.name}-{environment}"],
        "token_ttl": "20m",
        "token_max_ttl": "1h",
        "secret_id_num_uses": 1,
        "secret_id_ttl": "10m",
    }


def _job_role(brief: Brief, environment: str, repository: str) -> dict[str, Any]:
    """Only a job of this repository that runs in this environment: a branch or a fork cannot become it."""
    if brief.context.pipeline == "gitlab_ci":
        claims = {"project_path": repository, "environment": environment, "ref_protected": "true"}
    else:
        claims = {"repository": repository, "environment": environment}
    return {
        "role_type": "jwt",
        "user_claim": "sub",
        "bound_audiences": ["vault"],
        "bound_claims": claims,
        "token_policies": [f"{brief.name}-{environment}"],
        "token_ttl": "10m",
        "token_max_ttl": "10m",
    }


def _repository(brief: Brief) -> str | None:
    address = brief.context.operations.repository
    return "/".join(address.split("/")[3:]).removesuffix(".git") if address else None


def _issuer(brief: Brief) -> str:
    if brief.context.pipeline != "gitlab_ci":
        return "https://token.actions.githubusercontent.com"
    return "/".join((brief.context.operations.repository or "https://gitlab.com").split("/")[:3])
