"""Backing services and job queues: expressions are data, one entry for each service; here is what each kind of alert says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from resources.catalogue import _
from resources.facts import read_facts
from tools.observability.alert import Alert, Group, Look, Proof
from tools.observability.console import console
from tools.observability.watched import Watch

BRANDS = {"postgres": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB", "rabbitmq": "RabbitMQ", "mongodb": "MongoDB",
          "elasticsearch": "Elasticsearch", "opensearch": "OpenSearch", "bullmq": "BullMQ"}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """One kind of trouble: its name in the alert, and what is told of it."""

    suffix: str
    summary: str
    description: str
    because: str
    act: tuple[str, ...]


def backings(watch: Watch) -> list[Group]:
    """One group for each backing service that somebody needs and that is known."""
    return [_group(watch, need, entry) for need, entry in known(watch).items()]


def known(watch: Watch) -> dict[str, Mapping[str, Any]]:
    """The entries of the services that the brief needs, and of the queues that its workers are built on."""
    facts = read_facts("backing_alerts")["services"]
    frameworks = {each.component.framework for each in watch.components}
    return {
        name: entry
        for name, entry in facts.items()
        if (name in frameworks if entry.get("framework") else name in watch.needs)
    }


def unknown(watch: Watch) -> list[str]:
    """What is needed and has no alerts."""
    return [need for need in watch.needs if need not in read_facts("backing_alerts")["services"]]


def brand(name: str) -> str:
    """A service as its makers write it."""
    return BRANDS.get(name, name.capitalize())


def _group(watch: Watch, name: str, entry: Mapping[str, Any]) -> Group:
    return Group(
        name=name,
        purpose=_("{service}: what breaks it, and what fills it.", service=brand(name)),
        alerts=tuple(_alert(watch, name, entry, each) for each in entry["alerts"]),
    )


def _alert(watch: Watch, name: str, entry: Mapping[str, Any], told: Mapping[str, Any]) -> Alert:
    users = ", ".join(each.job for each in watch.users(name)) or brand(name)
    kind = KINDS[told["kind"]](brand(name), users)
    commands = console(watch)
    return Alert(
        name=f"{brand(name).replace(' ', '')}{kind.suffix}",
        expr=told["expr"],
        wait=told["wait"],
        severity=told["severity"],
        summary=kind.summary,
        description=kind.description,
        because=kind.because,
        look=(
            *(Look(_("what {service} itself says", service=brand(name)), each) for each in entry["look"]),
            Look(_("what a component that uses it says"), commands.logs),
        ),
        act=kind.act,
        proof=Proof(fires=told["fires"], quiet=told["quiet"], after=told["after"]),
    )


def _down(service: str, users: str) -> Kind:
    return Kind(
        "Down",
        _("{service} does not answer", service=service),
        _("Nothing reaches it: {users} cannot work.", users=users),
        _("Long enough for a restart or a failover to be over; nobody is woken for those."),
        (
            _("Is it the service or only its exporter? The first command says."),
            _("It is down: fail over or restart it; a managed one: its console and the provider's status page first."),
            _("Nothing is deleted or reinstalled before a good backup was found."),
        ),
    )


def _connections(service: str, users: str) -> Kind:
    return Kind(
        "ConnectionsHigh",
        _("{service}: more than 80 % of its connections are taken", service=service),
        _("{{{{ $value | humanizePercentage }}}} are taken; at 100 % {users} get errors.", users=users),
        _("At 80 % there is still room to log in and look; ten minutes is no burst."),
        (
            _("Idle connections in great number: a component leaks them. Restart it, then mend its pool."),
            _("All of them busy: find the slow statement first, more connections would only make it slower."),
            _("Otherwise lower the pools of the components, or put a pooler before it."),
        ),
    )


def _long_transaction(service: str, _users: str) -> Kind:
    return Kind(
        "TransactionLong",
        _("{service}: a transaction has been open for more than 30 minutes", service=service),
        _("It has run for {{ $value | humanizeDuration }}: rows stay locked, and dead ones cannot be cleaned up."),
        _("No request takes half an hour; a migration or a report may, and is then known."),
        (
            _("A known migration or backup: let it end."),
            _("Forgotten or stuck: end it with pg_terminate_backend(pid), and find who opened it."),
        ),
    )


def _deadlocks(service: str, _users: str) -> Kind:
    return Kind(
        "Deadlocks",
        _("{service}: transactions deadlock", service=service),
        _("{{ $value | humanize }} deadlocks in 15 minutes; each is a request that failed or was repeated."),
        _("One now and then is life; more than five in a quarter of an hour come from the code."),
        (
            _(
                "The server's log names the two statements: make them lock in the same order, and keep transactions short."
            ),
        ),
    )


def _replica_lag(service: str, _users: str) -> Kind:
    return Kind(
        "ReplicaLags",
        _("{service}: a replica is more than a minute behind", service=service),
        _("It is {{ $value | humanizeDuration }} behind: it answers with old data, and a failover would lose as much."),
        _("A minute for ten minutes: longer than any batch write should take."),
        (
            _("A bulk load runs: let it end. Otherwise look at the replica's disk and network."),
            _("It does not catch up: take it out of the readers, and build it anew."),
        ),
    )


def _memory(service: str, users: str) -> Kind:
    return Kind(
        "MemoryHigh",
        _("{service}: more than 90 % of its memory is used", service=service),
        _("{{{{ $value | humanizePercentage }}}} are used; when it is full {users} can write no more, or keys vanish.",
          users=users),
        _("At 90 % there is time left to act in working hours."),
        (
            _("Keys without an expiry that only grow: give them one."),
            _("All of it is needed: give it more memory."),
        ),
    )  # fmt: skip


def _rejects(service: str, users: str) -> Kind:
    return Kind(
        "RejectsConnections",
        _("{service} refuses connections", service=service),
        _("Its limit of clients is reached: {users} get errors.", users=users),
        _("Each refusal is an error somebody saw."),
        (
            _(
                "Find the component that holds them (`client list`), restart it, and mend its pool; then raise maxclients."
            ),
        ),
    )


def _evicts(service: str, _users: str) -> Kind:
    return Kind(
        "EvictsKeys",
        _("{service} throws keys away to make room", service=service),
        _("{{ $value | humanize }} keys a second: a cache is slower then, a queue or a session store loses data."),
        _("A few are how a cache works; more than one a second for a quarter of an hour means that it is too small."),
        (
            _("Only a cache: give it more memory. Queues or sessions: they belong in an instance with noeviction."),
        ),
    )  # fmt: skip


def _alarm(service: str, users: str) -> Kind:
    return Kind(
        "Alarm",
        _("{service} blocks its publishers: memory or disk is at its limit", service=service),
        _("Until it is free again {users} hang when they publish.", users=users),
        _("The broker itself has already decided that it is in danger; two minutes rule out a spike."),
        (
            _("Memory: find the queue that grows, and its consumer that does not work."),
            _("Disk: free or extend the volume; queues are not purged without their owner's word."),
        ),
    )


def _backlog(service: str, users: str) -> Kind:
    return Kind(
        "BacklogGrows",
        _("{service}: work comes in faster than it is done", service=service),
        _("The backlog is at {{{{ $value | humanize }}}} and has grown for half an hour; {users} work on older and "
          "older data.", users=users),
        _("A high number that falls is a queue at work, so the direction counts too; fifteen minutes is no batch."),
        (
            _("The consumers fail or restart: their logs say why. Otherwise add consumers."),
            _("One message fails again and again: move it aside, together with its owner."),
        ),
    )  # fmt: skip


def _no_consumer(service: str, users: str) -> Kind:
    return Kind(
        "WithoutConsumer",
        _("{service}: work waits, and nobody does it", service=service),
        _("No consumer is connected: what {users} queue is not done.", users=users),
        _("Longer than a deployment of the consumers takes."),
        (_("Start the consumers again; they do not stay: their logs say why."),),
    )


def _under_replicated(service: str, _users: str) -> Kind:
    return Kind(
        "UnderReplicated",
        _("{service}: partitions have fewer copies than they should", service=service),
        _("{{ $value | humanize }} partitions: the next broker that fails may take data with it."),
        _("A rolling restart of the brokers is over after ten minutes."),
        (
            _(
                "Which broker is missing or slow? Bring it back, and wait until it caught up; restart no other meanwhile."
            ),
        ),
    )


def _disk(service: str, _users: str) -> Kind:
    return Kind(
        "DiskFills",
        _("{service}: less than 15 % of its disk is free", service=service),
        _("{{ $value | humanizePercentage }} are free; at 5 % its indices become read-only."),
        _("Its own low watermark is at 85 %: from there on it places no shards any more."),
        (_("Delete or move old indices by their lifecycle policy; else extend the volume or add a node."),),
    )


KINDS: dict[str, Callable[[str, str], Kind]] = {
    "down": _down,
    "connections": _connections,
    "long_transaction": _long_transaction,
    "deadlocks": _deadlocks,
    "replica_lag": _replica_lag,
    "memory": _memory,
    "rejects": _rejects,
    "evicts": _evicts,
    "alarm": _alarm,
    "backlog": _backlog,
    "no_consumer": _no_consumer,
    "under_replicated": _under_replicated,
    "disk": _disk,
}
