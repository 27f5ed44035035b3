"""How far a Terraform plan reaches, as a picture: what is lost, what is risky, what refers to it."""

from resources.catalogue import _
from tools.pictures.flowchart import Edge, Flowchart, Look, Node
from tools.terraform.plan_configuration import without_keys
from tools.terraform.risk_report import LEVELS, PlanRisk, RiskReport

MOST_NODES = 40
_LOOKS: dict[str, Look] = {"critical": "bad", "high": "bad", "medium": "warn", "low": "warn", "info": "plain"}


def blast_graph(report: RiskReport) -> str:
    """The plan, what a person must look at, its dependents, and the rest counted by type, as Mermaid text."""
    chart = Flowchart()
    summary = report.summary
    chart.nodes.append(
        Node(
            "plan",
            (
                _("Plan"),
                f"+{summary.create} ~{summary.update} ±{summary.replace} -{summary.destroy}",
            ),
            shape="round",
            look="entry" if report.verdict == "safe" else _LOOKS["medium" if report.verdict == "review" else "high"],
        )
    )
    gravest = _gravest(report)
    named = list(gravest)[:MOST_NODES]
    for address in named:
        risk = gravest[address]
        lost = address in report.blast_radius.stateful_lost
        label = (address, _("its data is lost") if lost or risk is None else risk.message)
        look: Look = "bad" if lost or risk is None else _LOOKS[risk.level]
        chart.nodes.append(Node(address, label, shape="store" if lost else "box", look=look))
        chart.edges.append(Edge("plan", address))
    _add_dependents(chart, report, named)
    _add_rest(chart, report, named, gravest)
    return chart.text()


def _gravest(report: RiskReport) -> dict[str, PlanRisk | None]:
    """Each address a person must look at with its gravest risk, the gravest first."""
    found: dict[str, PlanRisk | None] = dict.fromkeys(report.blast_radius.stateful_lost)
    for risk in report.risks:
        known = found.get(risk.address)
        if risk.type and (known is None or LEVELS.index(risk.level) > LEVELS.index(known.level)):
            found[risk.address] = risk
    return dict(sorted(found.items(), key=lambda each: -LEVELS.index(each[1].level) if each[1] else -len(LEVELS)))


def _add_dependents(chart: Flowchart, report: RiskReport, named: list[str]) -> None:
    blocks: dict[str, list[str]] = {}
    for address in named:
        blocks.setdefault(without_keys(address), []).append(address)
    known = {node.key for node in chart.nodes}
    for dependent in report.blast_radius.dependents[:MOST_NODES]:
        of = [each for lost in report.blast_radius.refers_to.get(dependent, []) for each in blocks.get(lost, [])]
        if dependent not in known:
            chart.nodes.append(Node(dependent, (dependent, _("refers to it")), look="soft"))
        chart.edges += [Edge(start, dependent, dotted=True) for start in of or ["plan"]]


def _add_rest(chart: Flowchart, report: RiskReport, named: list[str], gravest: dict[str, PlanRisk | None]) -> None:
    shown: dict[str, int] = {}
    for address in named:
        risk = gravest[address]
        if risk is not None:
            shown[risk.type] = shown.get(risk.type, 0) + 1
    rest = {kind: count - shown.get(kind, 0) for kind, count in report.blast_radius.types.items()}
    many = [(kind, count) for kind, count in rest.items() if count > 0]
    for kind, count in many[:MOST_NODES]:
        chart.nodes.append(Node(f"type {kind}", (f"{count} × {kind}",)))
        chart.edges.append(Edge("plan", f"type {kind}"))
    left = sum(count for _kind, count in many[MOST_NODES:]) + max(0, len(gravest) - len(named))
    if left:
        chart.nodes.append(Node("left", (_("and {count} more", count=left),), look="soft"))
        chart.edges.append(Edge("plan", "left"))
