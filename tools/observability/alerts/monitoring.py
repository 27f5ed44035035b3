"""Who watches the watchers: the dead man's switch, and alerts that do not arrive."""

from resources.catalogue import _
from tools.observability.alert import Alert, Group, Look, Proof
from tools.observability.watched import Watch


def monitoring(watch: Watch) -> list[Group]:
    """One group, always."""
    del watch
    ready = Look(
        _("whether they are ready"), 'curl --silent --show-error "$PROMETHEUS/-/ready" "$ALERTMANAGER/-/ready"'
    )
    return [
        Group(
            name="monitoring",
            purpose=_("The monitoring itself: a dead man's switch, and alerts that do not arrive."),
            alerts=(
                Alert(
                    name="Watchdog",
                    expr="vector(1)",
                    wait="0m",
                    severity="none",
                    summary=_("The alarm chain works"),
                    description=_("This alert always fires. Whoever receives it calls when it stops coming."),
                    because=_("Silence must not look like health: what is outside notices when this no longer arrives."),
                    look=(ready, Look(_("what Alertmanager sends it to"),
                                      "amtool config routes test --config.file=deploy/observability/alertmanager/alertmanager.yml alertname=Watchdog")),
                    act=(_("You are here because it stopped: no alert of this service reaches anybody at the moment."),
                         _("Is Prometheus up, then Alertmanager, then the way out of the network? Mend the first that is not."),
                         _("Until then somebody watches the dashboards by eye.")),
                    proof=Proof({"up": "1+0x10"}, {}, "5m"),
                ),
                Alert(
                    name="AlertsNotDelivered",
                    expr=('rate(alertmanager_notifications_failed_total{job="alertmanager"}[15m]) > 0\n'
                          'or rate(prometheus_notifications_errors_total{job="prometheus"}[15m]) > 0'),
                    wait="15m",
                    severity="critical",
                    summary=_("Alerts do not reach their receiver"),
                    description=_("Deliveries have failed for 15 minutes: the next outage may reach nobody."),
                    because=_("Each delivery is repeated; fifteen minutes of failures are no hiccup of the receiver."),
                    look=(ready, Look(_("why: a refused key, a proxy, a name that does not resolve"),
                                      "curl --silent \"$ALERTMANAGER/metrics\" | grep notifications_failed_total")),
                    act=(_("A refused key (401, 403): it was rotated. Put the new one into its file, and reload."),
                         _("The receiver is down: its status page; agree on who watches meanwhile.")),
                    proof=Proof({'alertmanager_notifications_failed_total{job="alertmanager", integration="pagerduty"}': "0+1x60"},
                                {'alertmanager_notifications_failed_total{job="alertmanager", integration="pagerduty"}': "0+0x60"}, "40m"),
                ),
                Alert(
                    name="ConfigurationRefused",
                    expr=('prometheus_config_last_reload_successful{job="prometheus"} == 0\n'
                          'or alertmanager_config_last_reload_successful{job="alertmanager"} == 0'),
                    wait="10m",
                    severity="warning",
                    summary=_("{{ $labels.job }} runs with an old configuration"),
                    description=_("It refused the last one: new alerts, routes and targets do not exist yet."),
                    because=_("Long enough to mend a typing error that was noticed."),
                    look=(ready,),
                    act=(_("promtool check config and amtool check-config name the line; mend it and reload."),),
                    proof=Proof({'prometheus_config_last_reload_successful{job="prometheus"}': "0+0x40"},
                                {'prometheus_config_last_reload_successful{job="prometheus"}': "1+0x40"}, "20m"),
                ),
            ),
        )
    ]  # fmt: skip
