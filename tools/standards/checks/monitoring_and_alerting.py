"""Every service in production is watched, and somebody is called."""

from resources.catalogue import _
from tools.standards.repository import Repository
from tools.standards.standing import Evidence, Standing, failed, passed, unknown

NAME = "monitoring_and_alerting"
ALERTS = r"^\s*-?\s*alert:\s|aws_cloudwatch_metric_alarm|google_monitoring_alert_policy|datadog_monitor|PrometheusRule"


def check(repository: Repository) -> Standing:
    """Alert rules, and for each service its name in one of them or in what is scraped."""
    if not repository.services:
        return unknown(NAME, _("No service was found here."))
    alerts = repository.grep(ALERTS)
    fix = _("Generate rules, routes and runbooks: generate_observability.")
    if not alerts:
        return failed(
            NAME, [Evidence(path=each.path, says=each.name or each.path) for each in repository.services], fix
        )
    watched = "\n".join(text.content for text in repository.texts if text.grep(ALERTS) or text.kind == "prometheus")
    missing = [each for each in repository.services if each.name and each.name not in watched]
    if missing and len(repository.services) > 1:
        return failed(NAME, [Evidence(path=each.path, says=each.name or "") for each in missing], fix)
    return passed(NAME, alerts)
