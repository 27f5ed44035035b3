"""Counts how far a plan reaches while its instances pass by."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tools.terraform.plan_change import Change
from tools.terraform.plan_configuration import Configuration, without_keys
from tools.terraform.resource_facts import seems_stateful
from tools.terraform.risk_report import BlastRadius, Summary


@dataclass
class Reach:
    """What has been counted so far."""

    actions: Counter[str] = field(default_factory=Counter)
    changed: int = 0
    total: int = 0
    modules: set[str] = field(default_factory=set)
    types: Counter[str] = field(default_factory=Counter)
    providers: set[str] = field(default_factory=set)
    stateful: list[str] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)

    def unchanged(self, *, managed: bool) -> None:
        """Add one instance to which nothing happens."""
        self.actions["no_op"] += 1
        self.total += managed

    def count(self, change: Change, *, imported: bool) -> None:
        """Add one instance."""
        self.actions[change.kind] += 1
        self.actions["import_"] += imported
        if not change.managed:
            return
        self.total += 1
        if change.kind in {"no_op", "read"}:
            return
        self.changed += 1
        self.types[change.type] += 1
        if change.entry.module_address:
            self.modules.add(change.entry.module_address)
        if change.entry.provider_name:
            self.providers.add(change.entry.provider_name)
        if change.lost:
            self.lost.add(without_keys(change.address))
            if change.facts.stateful if change.facts else seems_stateful(change.type):
                self.stateful.append(change.scrub(change.address))

    def summary(self) -> Summary:
        """The counts by action."""
        return Summary(**self.actions)

    def radius(self, configuration: Configuration, scrub: Callable[[str], str]) -> BlastRadius:
        """The blast radius, in words without secrets."""
        refers_to = configuration.dependents(self.lost) if self.lost else {}
        return BlastRadius(
            changed=self.changed,
            total=self.total,
            share=round(self.changed / self.total, 4) if self.total else 0.0,
            stateful_lost=self.stateful,
            modules=sorted(map(scrub, self.modules)),
            types=dict(self.types.most_common()),
            providers=sorted(map(scrub, self.providers)),
            dependents=list(refers_to),
            refers_to=refers_to,
        )
