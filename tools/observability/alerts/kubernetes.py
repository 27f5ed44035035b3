"""Pods and containers in Kubernetes, as kube-state-metrics and the kubelet's cAdvisor tell of them."""

from resources.catalogue import _
from tools.observability.alert import Alert, Group, Look, Proof
from tools.observability.console import console
from tools.observability.promql import matching, quoted
from tools.observability.watched import Watch

RESTARTS = 3
"""Restarts within a quarter of an hour: one may be a node that moved, three are a loop."""


def kubernetes(watch: Watch) -> list[Group]:
    """One group for the namespace of the components; nothing on other targets."""
    if watch.target != "kubernetes" or not watch.components:
        return []
    namespaces = sorted({each.namespace or each.name for each in watch.brief.context.environments})
    space = f"namespace=~{_any(namespaces)}"
    names = _any([each.job for each in watch.components])
    job = watch.components[0].job
    commands = console(watch)
    look = (*commands.look(), *((Look(_("what it uses"), commands.resources),) if commands.resources else ()))
    pod, container = f"{job}-7d4b9c-x2x1z", job
    at = f"namespace={quoted(namespaces[-1])}"
    state = f"{{{at}, pod={quoted(pod)}, container={quoted(container)}}}"
    deployment = f"{{{at}, deployment={quoted(job)}}}"
    return [
        Group(
            name="kubernetes",
            purpose=_("Pods of this service: restarts, missing replicas, memory, limits of the autoscaler."),
            alerts=(
                Alert(
                    name="PodCrashLooping",
                    expr=f"increase(kube_pod_container_status_restarts_total{{{space}, container=~{names}}}[15m]) > {RESTARTS}",
                    wait="5m",
                    severity="warning",
                    summary=_("{{ $labels.container }} starts again and again"),
                    description=_("{{ $labels.pod }} restarted {{ $value | humanize }} times in 15 minutes."),
                    because=_("One restart may be a node that moved, more than three are a loop. ComponentDown pages when nothing is left."),
                    look=(*look, Look(_("its last words before it died"), commands.logs.replace(" --since=30m", " --previous"))),
                    act=(_("It ended by itself: its last words say why; a deployment in the last hour is taken back."),
                         f"`{commands.undo}`",
                         _("OOMKilled: see PodMemoryHigh. A failed probe: is it slow, or its probe too strict?")),
                    proof=Proof({f"kube_pod_container_status_restarts_total{state}": "0+1x40"},
                                {f"kube_pod_container_status_restarts_total{state}": "0+0x20 1+0x20"}, "30m"),
                ),
                Alert(
                    name="ReplicasMissing",
                    expr=(f"kube_deployment_status_replicas_available{{{space}, deployment=~{names}}}\n"
                          f"< on (namespace, deployment) kube_deployment_spec_replicas{{{space}, deployment=~{names}}}"),
                    wait="15m",
                    severity="warning",
                    summary=_("{{ $labels.deployment }} has fewer pods than it should"),
                    description=_("{{ $value }} pods are available: the others take the load, and there is no reserve."),
                    because=_("A rollout gets ten minutes before Kubernetes itself gives it up; then this speaks."),
                    look=look,
                    act=(_("Pending: no node has room, or a volume or an image is missing; the events say which."),
                         _("Not ready: its probe fails; see its logs, and take a new version back."),
                         f"`{commands.undo}`"),
                    proof=Proof({f"kube_deployment_status_replicas_available{deployment}": "1+0x40",
                                 f"kube_deployment_spec_replicas{deployment}": "2+0x40"},
                                {f"kube_deployment_status_replicas_available{deployment}": "2+0x40",
                                 f"kube_deployment_spec_replicas{deployment}": "2+0x40"}, "30m"),
                ),
                Alert(
                    name="PodMemoryHigh",
                    expr=(f"max by (namespace, pod, container) (container_memory_working_set_bytes{{{space}, container=~{names}}})\n"
                          "/ on (namespace, pod, container) max by (namespace, pod, container) "
                          f"(kube_pod_container_resource_limits{{{space}, container=~{names}, resource=\"memory\"}}) > 0.9"),
                    wait="10m",
                    severity="warning",
                    summary=_("{{ $labels.container }} uses more than 90 % of its memory"),
                    description=_("{{ $labels.pod }} is at {{ $value | humanizePercentage }} of its limit; at 100 % it is killed."),
                    because=_("The working set is what the kernel counts before it kills. Ten minutes are no garbage collection."),
                    look=look,
                    act=(_("It grows without end: a leak. Restart it now, and mend it."),
                         f"`{commands.restart}`",
                         _("It is level: the limit is too small for the work; raise it in the manifest.")),
                    proof=Proof({f"container_memory_working_set_bytes{state}": "95+0x40",
                                 f"kube_pod_container_resource_limits{state[:-1]}, resource=\"memory\"}}": "100+0x40"},
                                {f"container_memory_working_set_bytes{state}": "50+0x40",
                                 f"kube_pod_container_resource_limits{state[:-1]}, resource=\"memory\"}}": "100+0x40"}, "20m"),
                ),
                Alert(
                    name="AutoscalerAtMaximum",
                    expr=(f"kube_horizontalpodautoscaler_status_current_replicas{{{space}, horizontalpodautoscaler=~{names}}}\n"
                          f">= on (namespace, horizontalpodautoscaler) kube_horizontalpodautoscaler_spec_max_replicas{{{space}, horizontalpodautoscaler=~{names}}}"),
                    wait="30m",
                    severity="warning",
                    summary=_("{{ $labels.horizontalpodautoscaler }} cannot grow any more"),
                    description=_("It has run at its maximum of {{ $value }} pods for 30 minutes: more load makes it slow."),
                    because=_("Half an hour at the maximum is no peak, and there is nothing left for one."),
                    look=look,
                    act=(_("Real traffic: raise maxReplicas, and look whether the database keeps up."),
                         _("A loop or an attack: find its source in the access logs, and limit it.")),
                    proof=Proof({f"kube_horizontalpodautoscaler_status_current_replicas{{{at}, horizontalpodautoscaler={quoted(job)}}}": "6+0x60",
                                 f"kube_horizontalpodautoscaler_spec_max_replicas{{{at}, horizontalpodautoscaler={quoted(job)}}}": "6+0x60"},
                                {f"kube_horizontalpodautoscaler_status_current_replicas{{{at}, horizontalpodautoscaler={quoted(job)}}}": "2+0x60",
                                 f"kube_horizontalpodautoscaler_spec_max_replicas{{{at}, horizontalpodautoscaler={quoted(job)}}}": "6+0x60"}, "45m"),
                ),
            ),
        )
    ]  # fmt: skip


def _any(names: list[str]) -> str:
    """A regular expression that matches exactly these names."""
    return quoted("|".join(matching(each)[1:-1].replace("\\\\", "\\") for each in names))
