"""Everything that watches a brief's components: scraping, rules with their proofs, routes, runbooks, dashboards, logs."""

from resources.catalogue import _
from resources.templates import render
from tools.brief import Brief
from tools.delivery import Check, Command, Delivery, Escalation, File, Risk, Rollback
from tools.observability.alertmanager import PATH as ALERTMANAGER
from tools.observability.alertmanager import alertmanager_file, keys_to_set
from tools.observability.alerts.backings import unknown
from tools.observability.alerts.log_lines import log_lines
from tools.observability.alerts.registry import groups
from tools.observability.grafana import dashboard_files
from tools.observability.instrumentation import instrumentation_file
from tools.observability.logs.logs import log_files, log_keys
from tools.observability.rules import FOLDER as RULES
from tools.observability.rules import rule_files
from tools.observability.runbooks import runbook_files
from tools.observability.scrape import FOLDER as PROMETHEUS
from tools.observability.scrape import access_files, scrape_files, tokens_to_set
from tools.observability.tracing import tracing_files
from tools.observability.watched import Watch, host_of, watch
from tools.project import Question


def generate(brief: Brief) -> Delivery:
    """The monitoring of `brief`, with what must be set, how to prove it and what nobody watches yet."""
    watched = watch(brief)
    found = groups(watched)
    return Delivery(
        summary=_("{alerts} alerts with proofs and runbooks for {name}.", alerts=sum(len(each.alerts) for each in found), name=brief.name),
        status="waiting" if _questions(watched) else "done",
        files=[
            *scrape_files(watched),
            *access_files(watched),
            *rule_files(brief, found),
            alertmanager_file(watched),
            *_blackbox(watched),
            *runbook_files(watched, [*found, *log_lines(watched)]),
            *dashboard_files(watched),
            *log_files(watched),
            *tracing_files(watched),
            instrumentation_file(watched),
        ],
        commands=_commands(),
        variables=[*keys_to_set(watched), *tokens_to_set(watched), *log_keys(watched)],
        checks=_checks(),
        rollback=[_rollback()],
        risks=_risks(watched),
        escalations=_escalations(watched),
        questions=_questions(watched),
    )  # fmt: skip


def _blackbox(watched: Watch) -> list[File]:
    if not any(host_of(each) for each in watched.brief.context.environments):
        return []
    return [
        File(
            path="deploy/observability/blackbox/blackbox.yml",
            content=render("observability/blackbox.yml.j2"),
            purpose=_("How addresses are asked from outside."),
        )
    ]


def _commands() -> list[Command]:
    test = f"promtool test rules {RULES}/*.test.yml"
    return [
        Command(run=test, purpose=_("Prove that every alert fires, and only then.")),
        Command(run=f"promtool check config --syntax-only {PROMETHEUS}/prometheus-*.yml", purpose=_("Check what is scraped.")),
        Command(run=f"amtool check-config {ALERTMANAGER}", purpose=_("Check who is called.")),
        Command(
            run=f"amtool config routes test --config.file={ALERTMANAGER} --verify.receivers=page severity=critical environment=prod",
            purpose=_("Check that a critical alert of production pages."),
        ),
    ]  # fmt: skip


def _checks() -> list[Check]:
    return [
        Check(
            name=_("Prometheus scrapes everything"),
            run="curl --silent \"$PROMETHEUS/api/v1/query\" --data-urlencode 'query=count(up == 0)'",
            expect=_("An empty result: nothing is down."),
        ),
        Check(
            name=_("The alarm chain works"),
            run='amtool --alertmanager.url "$ALERTMANAGER" alert query alertname=Watchdog',
            expect=_("One Watchdog, and whoever hears the dead man's switch has heard it."),
        ),
    ]


def _rollback() -> Rollback:
    return Rollback(
        strategy=_("Rules, routes and dashboards are files: take the commit back and reload."),
        commands=[
            Command(run="git revert --no-edit HEAD", purpose=_("Take the change back.")),
            Command(run='curl --fail --request POST "$PROMETHEUS/-/reload"', purpose=_("Reload Prometheus.")),
            Command(run='curl --fail --request POST "$ALERTMANAGER/-/reload"', purpose=_("Reload Alertmanager.")),
        ],
        data=_("What was measured meanwhile stays; nothing of it is lost."),
    )


def _risks(watched: Watch) -> list[Risk]:
    found = []
    if not watched.brief.context.operations.receivers:
        found.append(
            Risk(
                kind="downtime",
                level="high",
                message=_("Alerts reach nobody: devops.yaml names no receiver."),
                mitigation=_("Set context.operations.receivers to pagerduty or opsgenie."),
            )
        )
    elif (
        "opsgenie" not in watched.brief.context.operations.receivers and not watched.brief.context.operations.heartbeat
    ):
        found.append(
            Risk(
                kind="downtime",
                level="medium",
                message=_("Nobody hears the dead man's switch: monitoring that dies is silent."),
                mitigation=_("Set context.operations.heartbeat to an address that expects it every minute."),
            )
        )
    if watched.objective.beyond_people:
        found.append(
            Risk(
                kind="downtime",
                level="high",
                message=_(
                    "{target} % allows less than a quarter of an hour in 30 days: no person reacts that fast.",
                    target=f"{watched.objective.percent:g}",
                ),
                mitigation=_("Automatic failover in several zones, tested every month; or a lower objective."),
            )
        )
    found += [
        Risk(
            kind="downtime",
            level="medium",
            message=_("{service} has no alerts: it is not known here.", service=name),
            mitigation=_("Add its exporter and its alerts to resources/data/backing_alerts.json."),
        )
        for name in unknown(watched)
    ]
    return found


def _escalations(watched: Watch) -> list[Escalation]:
    if watched.brief.context.operations.receivers or not watched.paged:
        return []
    return [
        Escalation(
            situation="production_downtime",
            to="chef-equipe",
            reason=_("Production would run without anybody being called when it fails."),
            done_so_far=_("Rules, routes and runbooks are ready."),
            obstacle=_("No receiver of alerts is named."),
            options=[
                _("PagerDuty or Opsgenie with an on-call rota: minutes, at a price for each person."),
                _("Office hours only, written down as accepted: nights and weekends are not covered."),
            ],
            files=[ALERTMANAGER],
        )
    ]


def _questions(watched: Watch) -> list[Question]:
    if watched.brief.context.operations.receivers:
        return []
    return [
        Question(
            field="context.operations.receivers",
            question=_("Who is called when production fails: pagerduty, opsgenie or both?"),
        )
    ]
