"""Secrets that variables, providers and outputs hold in clear."""

from collections.abc import Iterator

from resources.catalogue import _
from tools.delivery import Severity
from tools.guard.secret_shapes import is_placeholder
from tools.terraform.plan_change import leaves
from tools.terraform.plan_json import NULL, mapping, value
from tools.terraform.resource_facts import facts_of
from tools.terraform.risk_report import PlanRisk
from tools.terraform.rules.secret_in_clear import holds_secret
from tools.terraform.survey import Survey


def check(survey: Survey) -> Iterator[PlanRisk]:
    """A secret in a provider block is high; a variable or output that only lacks its mark is medium."""
    sensitive = survey.configuration.variables
    for name, raw in mapping(survey.plan.variables).items():
        found = value(mapping(raw).get("value", NULL))
        if not sensitive.get(name) and _holds(name, found):
            yield _risk(
                "medium",
                f"var.{name}",
                _("This variable holds a secret and is not declared sensitive: it is shown in clear."),
            )
    for name, raw in mapping(survey.configuration.providers).items():
        for path, leaf in leaves(value(mapping(raw).get("expressions", NULL))):
            if path.endswith("constant_value") and isinstance(leaf, str):
                attribute = path.removesuffix(".constant_value").rpartition(".")[2]
                if holds_secret(attribute, leaf):
                    yield _risk("high", f"provider.{name}", _("A secret is written into the provider block."))
                    break
    yield from _resources(survey)
    yield from _outputs(survey)


def _resources(survey: Survey) -> Iterator[PlanRisk]:
    """Secrets written as text into the configuration of what gets new values; a mask hides them only in the plan."""
    for address in sorted(survey.written & survey.configuration.blocks.keys()):
        block = survey.configuration.blocks[address]
        if b"constant_value" not in bytes(block.expressions):
            continue
        facts = facts_of(block.type)
        known = facts.sensitive_attributes if facts else ()
        for path, leaf in leaves(value(block.expressions)):
            name = path.removesuffix(".constant_value").rpartition(".")[2]
            if not path.endswith(".constant_value") or not isinstance(leaf, str):
                continue
            if holds_secret(name, leaf) or (name in known and not is_placeholder(leaf)):
                yield PlanRisk(
                    rule="secret_in_clear",
                    level="high",
                    address=survey.scrub(address),
                    type=block.type,
                    message=_("A secret is written into the configuration."),
                    evidence={"attribute": name},
                )
                break


def _outputs(survey: Survey) -> Iterator[PlanRisk]:
    for name, raw in mapping(survey.plan.output_changes).items():
        change = mapping(raw)
        before, after = (value(change.get(f"{side}_sensitive", NULL)) for side in ("before", "after"))
        if before is True and after is False and value(change.get("after", NULL)) is not None:
            yield _risk(
                "high", f"output.{name}", _("This output was sensitive and is no longer: it is shown in clear.")
            )
        elif after is not True and _holds(name, value(change.get("after", NULL))):
            yield _risk(
                "medium",
                f"output.{name}",
                _("This output holds a secret and is not declared sensitive: it is shown in clear."),
            )


def _holds(name: str, found: object) -> bool:
    pairs = leaves(found, name)
    return any(isinstance(leaf, str) and holds_secret(path.rpartition(".")[2], leaf) for path, leaf in pairs)


def _risk(level: Severity, address: str, message: str) -> PlanRisk:
    return PlanRisk(rule="secret_in_clear", level=level, address=address, type="", message=message)
