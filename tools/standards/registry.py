"""Every standard that is checked, one line each, in the order of the card and then of the field."""

from collections.abc import Callable

from tools.standards.checks import (
    backups,
    documented_pipelines_and_scripts,
    least_privilege,
    lock_files,
    monitoring_and_alerting,
    no_versioned_secrets,
    pinned_actions_and_images,
    resource_limits,
    reversible_deployments,
    separated_environments,
    tls,
)
from tools.standards.repository import Repository
from tools.standards.standing import Standing

CHECKS: tuple[Callable[[Repository], Standing], ...] = (
    no_versioned_secrets.check,
    reversible_deployments.check,
    monitoring_and_alerting.check,
    separated_environments.check,
    documented_pipelines_and_scripts.check,
    pinned_actions_and_images.check,
    least_privilege.check,
    lock_files.check,
    resource_limits.check,
    tls.check,
    backups.check,
)
