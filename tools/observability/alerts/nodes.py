"""Machines, as the node exporter tells of them: use, saturation, errors."""

from resources.catalogue import _
from tools.observability.alert import Alert, Group, Look, Proof
from tools.observability.alerts.containers import HOSTED
from tools.observability.watched import Watch

DISKS = 'fstype!~"tmpfs|overlay|squashfs|ramfs|iso9660"'


def nodes(watch: Watch) -> list[Group]:
    """One group where machines are one's own to look after."""
    if watch.target not in HOSTED | {"kubernetes"} or not watch.components:
        return []
    node = '{job="node", instance="a"}'
    disk = '{job="node", instance="a", mountpoint="/", fstype="ext4"}'
    kubernetes = watch.target == "kubernetes"
    enter = Look(_("the machine itself"), "kubectl describe node \"$INSTANCE\"" if kubernetes else
                 "ssh \"$INSTANCE\" 'uptime; free --human; df --human-readable; systemctl --failed'")  # fmt: skip
    largest = Look(_("what takes the room"), "kubectl debug node/\"$INSTANCE\" --image=busybox --profile=sysadmin -- chroot /host du -xh -d2 /var" if kubernetes else
                   "ssh \"$INSTANCE\" 'sudo du -xh --max-depth=2 /var | sort --human-numeric-sort | tail -20; docker system df'")  # fmt: skip
    return [
        Group(
            name="nodes",
            purpose=_("Machines: disks that fill, memory, processors, and whether they are there."),
            alerts=(
                Alert(
                    name="NodeDown",
                    expr='up{job="node"} == 0',
                    wait="5m",
                    severity="critical" if not kubernetes else "warning",
                    summary=_("{{ $labels.instance }} does not answer"),
                    description=_("The machine, its network or only its exporter is down; what ran there may be gone."),
                    because=_("Five minutes are longer than a reboot."),
                    look=(enter,),
                    act=(_("Is it reachable? If not: the provider's console, then its status page."),
                         _("It is gone: what ran there is started elsewhere; look that it really is.")),
                    proof=Proof({f"up{node}": "0+0x20"}, {f"up{node}": "0+0x3 1+0x20"}, "10m"),
                ),
                Alert(
                    name="NodeDiskFills",
                    expr=(f'predict_linear(node_filesystem_avail_bytes{{job="node", {DISKS}}}[6h], 24 * 3600) < 0\n'
                          f'and node_filesystem_avail_bytes{{job="node", {DISKS}}} / node_filesystem_size_bytes{{job="node", {DISKS}}} < 0.25\n'
                          f'or node_filesystem_avail_bytes{{job="node", {DISKS}}} / node_filesystem_size_bytes{{job="node", {DISKS}}} < 0.05'),
                    wait="30m",
                    severity="warning",
                    summary=_("{{ $labels.mountpoint }} of {{ $labels.instance }} will be full within a day"),
                    description=_("When it is full nothing on it can write: databases stop, logs are lost."),
                    because=_("The trend of six hours, on a disk that is already three quarters full, so that a copy that comes and goes stays silent; or 5 % left, whatever the trend."),
                    look=(largest,),
                    act=(_("Logs and unused images first; data of a database is never deleted by hand."),
                         "`docker image prune --all --filter until=240h`" if not kubernetes else _("The kubelet removes unused images by itself: look at what else grows."),
                         _("All of it is needed: extend the volume.")),
                    proof=Proof({f"node_filesystem_avail_bytes{disk}": "20-0.02x500", f"node_filesystem_size_bytes{disk}": "100+0x500"},
                                {f"node_filesystem_avail_bytes{disk}": "60-0.01x500", f"node_filesystem_size_bytes{disk}": "100+0x500"}, "7h"),
                ),
                Alert(
                    name="NodeMemoryLow",
                    expr='node_memory_MemAvailable_bytes{job="node"} / node_memory_MemTotal_bytes{job="node"} < 0.08',
                    wait="10m",
                    severity="warning",
                    summary=_("{{ $labels.instance }} has less than 8 % of its memory left"),
                    description=_("{{ $value | humanizePercentage }} are available; the kernel kills a process when it runs out."),
                    because=_("MemAvailable already counts what caches would give back."),
                    look=(enter,),
                    act=(_("Which container grows? Give it a limit, or restart it."), _("All of it is needed: move something away, or take a larger machine.")),
                    proof=Proof({f"node_memory_MemAvailable_bytes{node}": "5+0x40", f"node_memory_MemTotal_bytes{node}": "100+0x40"},
                                {f"node_memory_MemAvailable_bytes{node}": "50+0x40", f"node_memory_MemTotal_bytes{node}": "100+0x40"}, "20m"),
                ),
                Alert(
                    name="NodeSaturated",
                    expr=('node_load5{job="node"} / on (instance) count by (instance) '
                          '(node_cpu_seconds_total{job="node", mode="idle"}) > 2'),
                    wait="30m",
                    severity="warning",
                    summary=_("{{ $labels.instance }}: twice as much work waits as it has processors"),
                    description=_("{{ $value | humanize }} tasks for each processor: everything on it is slow."),
                    because=_("Load, not use: a busy processor is what one pays for, a queue before it is not. Half an hour is no build or backup."),
                    look=(enter,),
                    act=(_("Processes that wait for the disk: look there first. Otherwise move the hungriest container away, or add a machine."),),
                    proof=Proof({f"node_load5{node}": "9+0x60", 'node_cpu_seconds_total{job="node", instance="a", cpu="0", mode="idle"}': "0+1x60"},
                                {f"node_load5{node}": "1+0x60", 'node_cpu_seconds_total{job="node", instance="a", cpu="0", mode="idle"}': "0+1x60"}, "45m"),
                ),
            ),
        )
    ]  # fmt: skip
