"""Everything that may be alerted on, one line each, in the order the rule files are listed."""

from collections.abc import Callable

from tools.observability.alert import Group
from tools.observability.alerts import (
    aws,
    backings,
    backups,
    components,
    containers,
    endpoints,
    kubernetes,
    monitoring,
    nodes,
    own,
    requests,
)
from tools.observability.watched import Watch

GROUPS: tuple[Callable[[Watch], list[Group]], ...] = (
    requests.requests,
    components.components,
    own.own,
    endpoints.endpoints,
    kubernetes.kubernetes,
    containers.containers,
    nodes.nodes,
    aws.ecs,
    aws.functions,
    backings.backings,
    backups.backups,
    monitoring.monitoring,
)


def groups(watch: Watch) -> list[Group]:
    """Every group of rules that `watch` calls for."""
    return [group for make in GROUPS for group in make(watch)]
