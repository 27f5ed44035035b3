"""The eight procedures, told with the commands of the platform that runs the service."""

import shlex
from collections.abc import Callable

from resources.catalogue import _
from tools.observability.console import console
from tools.observability.watched import Watch, host_of
from tools.runbooks.procedure import Kind, Procedure, Step

DUMP = {
    "postgres": 'pg_restore --clean --if-exists --no-owner --dbname "$RESTORE_URL" "$DUMP"',
    "mysql": 'mysql --defaults-extra-file="$RESTORE_CNF" < "$DUMP"',
    "mariadb": 'mariadb --defaults-extra-file="$RESTORE_CNF" < "$DUMP"',
    "mongodb": 'mongorestore --drop --archive="$DUMP" --uri "$RESTORE_URL"',
}
COUNT = {
    "postgres": "psql \"$RESTORE_URL\" --command 'select relname, n_live_tup from pg_stat_user_tables order by 2 desc limit 10'",
    "mysql": 'mysql --defaults-extra-file="$RESTORE_CNF" --execute "show table status"',
    "mariadb": 'mariadb --defaults-extra-file="$RESTORE_CNF" --execute "show table status"',
    "mongodb": 'mongosh "$RESTORE_URL" --eval "db.stats()"',
}


def procedures(watch: Watch, kinds: list[Kind]) -> list[Procedure]:
    """Those of `kinds`."""
    return [MAKERS[kind](watch) for kind in kinds]


def _answers(watch: Watch) -> tuple[Step, ...]:
    """What a user sees, for every environment that has an address; else what the platform says."""
    url = watch.production.url
    health = next((each.component.health_path for each in watch.components if each.component.health_path), "/")
    looks = (Step(_("What runs is the version you expect."), console(watch).state),)
    if not url:
        return looks
    address = shlex.quote(url.rstrip("/") + health)
    ask = f"curl --fail --silent --show-error --max-time 10 --output /dev/null --write-out '%{{http_code}} %{{time_total}}s\\n' {address}"
    return (Step(_("It answers its users with 200."), ask), *looks)


def _deploy(watch: Watch) -> Procedure:
    branch = watch.brief.context.default_branch
    return Procedure(
        "deploy",
        _("Deploy"),
        _("A change has been reviewed and merged. The pipeline deploys; this is what you do beside it."),
        (
            Step(_("Look that nothing burns: a deployment on top of an incident hides its cause."), console(watch).state),
            Step(_("Merge; the pipeline tests, builds once and promotes the same digest."), f"git switch {branch} && git pull --ff-only"),
            Step(_("Approve the protected environment once the one before it has been healthy for ten minutes.")),
        ),
        _answers(watch),
        _("Roll back first (runbook rollback), look for the cause afterwards."),
    )  # fmt: skip


def _rollback(watch: Watch) -> Procedure:
    commands = console(watch)
    return Procedure(
        "rollback",
        _("Roll back"),
        _("A deployment degrades the service. When in doubt, go back: coming forward again costs little."),
        (
            Step(_("Say it in the channel: one person acts, another one watches.")),
            Step(_("Stop the pipeline, so that no new deployment overtakes you.")),
            Step(_("Go back to the previous version."), commands.undo),
            Step(_("Take the commit back, or the next deployment brings the fault again."), "git revert --no-edit HEAD && git push"),
        ),
        _answers(watch),
        _("A migration dropped or renamed something the previous version needs: go forward with a fix, or restore (runbook restore_backup)."),
    )  # fmt: skip


def _incident(watch: Watch) -> Procedure:
    commands = console(watch)
    looks = tuple(Step(each.shows, each.run) for each in commands.look())
    return Procedure(
        "incident",
        _("Incident"),
        _("Users are affected, or an alert says that they soon will be."),
        (
            Step(_("Name who leads, who acts and who writes; open a channel; note the time of everything.")),
            *looks,
            Step(_("A deployment in the last hour: take it back before you look for the cause."), commands.undo),
            Step(_("Otherwise restart one instance, and see whether it stays well."), commands.restart),
            Step(_("Tell users what is known, every half hour, also when nothing is new.")),
        ),
        _answers(watch),
        _("After half an hour without progress call the next level; within two days a post-mortem without blame."),
    )


def _restore(watch: Watch) -> Procedure:
    stateful = [need for need in watch.needs if need in DUMP] or ["postgres"]
    steps: list[Step] = [
        Step(_("Decide what may be lost: everything between the copy and now. The owner of the data decides.")),
        Step(_("Make an empty database beside the real one; never restore over what might still be good.")),
    ]
    steps += [Step(_("Restore the copy of {service} into it.", service=need), DUMP[need]) for need in stateful]
    steps += [
        Step(_("Point the service at it, then restart."), console(watch).restart),
    ]
    return Procedure(
        "restore_backup",
        _("Restore a backup"),
        _("Data is lost or damaged; or it is the quarterly rehearsal, which is done in an environment of its own."),
        tuple(steps),
        (
            *(Step(_("The largest tables are as large as you expect."), COUNT[need]) for need in stateful),
            *_answers(watch),
        ),
        _("The copy is damaged: take the one before. Write down how long it took: that is the real recovery time."),
    )


def _rotate(watch: Watch) -> Procedure:
    names = sorted(
        {each.name for component in watch.components for each in component.component.variables if each.secret}
    )
    told = ", ".join(names) or _("every secret of the service")
    return Procedure(
        "rotate_secrets",
        _("Rotate secrets"),
        _(
            "On schedule, when somebody leaves, or at once when a secret was seen anywhere it should not be: {names}.",
            names=told,
        ),
        (
            Step(_("Make the new value where it is issued, beside the old one; both are valid for now.")),
            Step(_("Put it into the store. It is typed or piped, never an argument: arguments end in histories.")),
            Step(_("Restart, so that every instance reads it."), console(watch).restart),
            Step(_("Withdraw the old value, and watch for whoever still uses it."), console(watch).logs),
        ),
        _answers(watch),
        _("Something still uses the old value: give it back for an hour, find it in the logs, then withdraw it again."),
    )


def _scale(watch: Watch) -> Procedure:
    commands = console(watch)
    return Procedure(
        "scale",
        _("Scale"),
        _("Latency or queues grow with the traffic, and the limits of what runs are reached."),
        (
            Step(_("Is it the service, or what it waits for? More instances make a slow database slower."), commands.resources or commands.state),
            Step(_("Add instances."), commands.scale),
            Step(_("Write the new number into the manifest, or the next deployment takes it back.")),
        ),
        _answers(watch),
        _("It does not help: take it back, and look at the backing services and the slowest requests."),
    )  # fmt: skip


def _certificate(watch: Watch) -> Procedure:
    host = host_of(watch.production) or "example.com"
    look = f"openssl s_client -connect {host}:443 -servername {host} </dev/null 2>/dev/null | openssl x509 -noout -dates -issuer"
    steps: tuple[Step, ...] = (Step(_("What is served, and until when."), look),)
    if watch.target == "kubernetes":
        steps += (
            Step(
                _("Why the renewal failed."),
                "kubectl get certificate,certificaterequest,order,challenge --all-namespaces",
            ),
        )
    elif watch.target in {"ecs", "lambda", "static_site"}:
        query = "CertificateSummaryList[].[DomainName,Status,NotAfter]"
        steps += (
            Step(_("What the certificate manager says; the record that proves the name must still exist."), f"aws acm list-certificates --query '{query}' --output table"),
        )  # fmt: skip
    else:
        steps += (
            Step(_("Try the renewal without changing anything."), "sudo certbot renew --dry-run"),
            Step(_("Renew, then reload what serves it."), "sudo certbot renew && sudo systemctl reload nginx"),
        )
    return Procedure(
        "certificate_renewal",
        _("Renew a certificate"),
        _("The alert CertificateExpiresSoon, or a browser that complains."),
        steps,
        (Step(_("The new dates are served, from outside."), look),),
        _("The proof of the name fails: DNS, port 80 or an account limit; the log of whoever renews names it."),
    )


def _failover(watch: Watch) -> Procedure:
    return Procedure(
        "region_failover",
        _("Fail over to another region"),
        _(
            "The region is lost for longer than the agreed recovery time. The leader decides; it is not undone in an hour."
        ),
        (
            Step(_("Is it really the region? The provider's status page, and a second view from outside.")),
            Step(
                _(
                    "Stop writes in the old region where that is still possible: two places that write are worse than none."
                )
            ),
            Step(_("Promote the replica, or restore the newest copy (runbook restore_backup) in the other region.")),
            Step(_("Deploy the last released digest there, with that region's variables (runbook deploy).")),
            Step(_("Move the name: lower its TTL first, then point it to the other region.")),
        ),
        _answers(watch),
        _("Two regions have written: nothing is deleted; the owner of the data decides what is merged."),
    )


MAKERS: dict[Kind, Callable[[Watch], Procedure]] = {
    "deploy": _deploy,
    "rollback": _rollback,
    "incident": _incident,
    "restore_backup": _restore,
    "rotate_secrets": _rotate,
    "scale": _scale,
    "certificate_renewal": _certificate,
    "region_failover": _failover,
}
