"""Every component that is scraped: is it there at all, and are all of its instances."""

from resources.catalogue import _
from tools.observability.alert import Alert, Group, Look, Proof
from tools.observability.console import console
from tools.observability.promql import quoted
from tools.observability.watched import Watch, Watched


def components(watch: Watch) -> list[Group]:
    """One group for all of them; none where a platform's exporter speaks in their place."""
    scraped = [each for each in watch.measured if each.metrics and not each.metrics.of_the_platform]
    if not scraped:
        return []
    return [
        Group(
            name="components",
            purpose=_("Whether the components are there: one that vanished has no error rate either."),
            alerts=tuple(alert for each in scraped for alert in (_gone(watch, each), _instance(watch, each))),
        )
    ]


def _gone(watch: Watch, each: Watched) -> Alert:
    job = quoted(each.job)
    commands = console(watch)
    return Alert(
        name="ComponentDown",
        expr=f"absent(up{{job={job}}} == 1)",
        wait="2m",
        severity="critical",
        summary=_("{job}: no instance answers", job=each.job),
        description=_("Not one instance of {job} has answered Prometheus for 2 minutes.", job=each.job),
        because=_("absent() also fires when the instances have vanished from discovery. Two minutes are longer than "
                  "the gap of a restart."),
        look=commands.look(),
        act=(
            _("It fails to start since a deployment: take that back."),
            f"`{commands.undo}`",
            _("It was killed or evicted: restart it, then look at memory and at the node."),
            f"`{commands.restart}`",
            _("It runs, yet Prometheus cannot reach it: network policy, port or path of the metrics."),
        ),
        proof=Proof(
            fires={f'up{{job={job}, instance="a"}}': "1+0x2 0+0x20"},
            quiet={f'up{{job={job}, instance="a"}}': "0+0x20", f'up{{job={job}, instance="b"}}': "1+0x20"},
            after="10m",
        ),
        labels={"job": each.job},  # absent() of an expression carries none
        subject=f"job={job}",
    )  # fmt: skip


def _instance(watch: Watch, each: Watched) -> Alert:
    job = quoted(each.job)
    commands = console(watch)
    return Alert(
        name="InstanceDown",
        expr=f"up{{job={job}}} == 0",
        wait="10m",
        severity="warning",
        summary=_("{job}: one instance does not answer", job=each.job),
        description=_("{{{{ $labels.instance }}}} of {job} has not answered for 10 minutes; the others carry its load.",
                      job=each.job),
        because=_("The others serve meanwhile, so nobody is woken; ten minutes let the platform replace it by itself."),
        look=(*commands.look(), *((Look(_("what it uses"), commands.resources),) if commands.resources else ())),
        act=(
            _("Restart it; it dies again: its last words before the end say why."),
            f"`{commands.restart}`",
        ),
        proof=Proof(
            fires={f'up{{job={job}, instance="a"}}': "0+0x30", f'up{{job={job}, instance="b"}}': "1+0x30"},
            quiet={f'up{{job={job}, instance="a"}}': "0+0x5 1+0x25"},
            after="20m",
        ),
        subject=f"job={job}",
    )  # fmt: skip
