"""Containers on Docker hosts, as cAdvisor tells of them."""

from resources.catalogue import _
from tools.brief import Target
from tools.observability.alert import Alert, Group, Look, Proof
from tools.observability.console import console
from tools.observability.watched import Watch

HOSTED: frozenset[Target | None] = frozenset({None, "registry", "compose", "swarm", "ec2"})
"""Where containers run on machines of one's own, and nothing else watches them."""


def containers(watch: Watch) -> list[Group]:
    """One group for the containers of this service's hosts."""
    if watch.target not in HOSTED or not watch.components:
        return []
    commands = console(watch)
    look = (*commands.look(), *((Look(_("what it uses"), commands.resources),) if commands.resources else ()))
    named = 'job="cadvisor", name!=""'
    sample = '{job="cadvisor", instance="a", name="api"}'
    return [
        Group(
            name="containers",
            purpose=_("Containers: memory against its limit, and restarts."),
            alerts=(
                Alert(
                    name="ContainerMemoryHigh",
                    expr=(f"container_memory_working_set_bytes{{{named}}}\n"
                          f"/ (container_spec_memory_limit_bytes{{{named}}} > 0) > 0.9"),
                    wait="10m",
                    severity="warning",
                    summary=_("{{ $labels.name }} uses more than 90 % of its memory"),
                    description=_("It is at {{ $value | humanizePercentage }} of its limit; at 100 % it is killed."),
                    because=_("The working set is what the kernel counts before it kills. Ten minutes are no garbage collection."),
                    look=look,
                    act=(_("It grows without end: a leak. Restart it now, and mend it."),
                         f"`{commands.restart}`",
                         _("It is level: the limit is too small for the work; raise it in the manifest.")),
                    proof=Proof({f"container_memory_working_set_bytes{sample}": "95+0x40",
                                 f"container_spec_memory_limit_bytes{sample}": "100+0x40"},
                                {f"container_memory_working_set_bytes{sample}": "95+0x40",
                                 f"container_spec_memory_limit_bytes{sample}": "0+0x40"}, "20m"),
                ),
                Alert(
                    name="ContainerRestarting",
                    expr=f"changes(container_start_time_seconds{{{named}}}[15m]) > 3",
                    wait="5m",
                    severity="warning",
                    summary=_("{{ $labels.name }} starts again and again"),
                    description=_("It started {{ $value | humanize }} times in 15 minutes."),
                    because=_("One restart may be a deployment, more than three are a loop. ComponentDown pages when nothing is left."),
                    look=look,
                    act=(_("It ended by itself: its last words say why; a deployment in the last hour is taken back."),
                         f"`{commands.undo}`"),
                    proof=Proof({f"container_start_time_seconds{sample}": "0+60x40"},
                                {f"container_start_time_seconds{sample}": "0+0x20 60+0x20"}, "30m"),
                ),
            ),
        )
    ]  # fmt: skip
