"""A delivery as people read it in a terminal: files, commands in order, variables, checks, rollback, risks."""

from collections.abc import Iterable

from rich.bar import Bar
from rich.console import Console, Group
from rich.markup import escape
from rich.panel import Panel
from rich.rule import Rule
from rich.syntax import Syntax
from rich.table import Table

from resources.catalogue import _
from tools.delivery import Delivery, Estimate, Place, Validation

LEXERS = {"yml": "yaml", "yaml": "yaml", "json": "json", "sh": "bash", "tf": "terraform", "md": "markdown"}
STYLES = {"passed": "green", "failed": "bold red", "not_validated": "yellow"}


def print_delivery(delivery: Delivery, *, with_files: bool = True) -> None:
    """Print `delivery` to standard output, in the order a person needs it."""
    console = Console(highlight=False)
    if with_files:
        for file in delivery.files:
            lexer = LEXERS.get(file.path.rsplit(".", 1)[-1], "text")
            console.print(Rule(f"[bold]{escape(file.path)}[/bold]"))
            console.print(Syntax(file.content, lexer, background_color="default", word_wrap=True))
    for title, section in _sections(delivery):
        console.print(Panel(section, title=title, title_align="left", border_style="blue"))
    console.print(escape(delivery.summary))


def _sections(delivery: Delivery) -> Iterable[tuple[str, Table | Group]]:
    yield _("Files"), _table([(file.path, file.purpose) for file in delivery.files])
    if delivery.commands:
        steps = [(f"{number}.", each.run, each.purpose) for number, each in enumerate(delivery.commands, 1)]
        yield _("Commands, in order"), _table(steps)
    if delivery.variables:
        secret = {True: _("secret"), False: _("variable")}
        yield (
            _("Variables and secrets to set"),
            _table([(each.name, secret[each.secret], each.where, each.purpose) for each in delivery.variables]),
        )
    if delivery.checks:
        yield (
            _("Checks after deployment"),
            _table([(each.name, each.run or each.url or "", each.expect) for each in delivery.checks]),
        )
    for rollback in delivery.rollback:
        back = _table([(each.run, each.purpose) for each in rollback.commands])
        yield _("Rollback"), Group(escape(rollback.strategy), back, escape(rollback.data))
    if delivery.risks:
        yield (
            _("Risks"),
            _table([(each.level, each.kind, each.message, each.mitigation) for each in delivery.risks]),
        )
    if delivery.escalations:
        yield (
            _("Escalations"),
            _table([(each.to, each.situation, each.reason) for each in delivery.escalations]),
        )
    if delivery.questions:
        yield (
            _("Open questions"),
            _table([(each.component or ".", each.field, each.question) for each in delivery.questions]),
        )
    if delivery.estimates:
        yield (
            _("Estimated cost per month"),
            _costs(delivery.estimates),
        )
    if delivery.mismatches:
        yield (
            _("Contradictions"),
            _table(
                [(each.subject, each.message, _where(each.first), _where(each.second)) for each in delivery.mismatches]
            ),
        )
    yield _("What the checkers said"), _checks(delivery.validations)


def _costs(estimates: list[Estimate]) -> Table:
    table = _table([])
    top = max((each.monthly or 0 for each in estimates), default=0) or 1
    for each in estimates:
        bar = Bar(top, 0, each.monthly or 0, width=30, color="blue")
        table.add_row(escape(each.environment), bar, _money(each), each.prices_of)
    return table


def _money(estimate: Estimate) -> str:
    return "?" if estimate.monthly is None else f"{estimate.monthly:.0f} {estimate.currency}"


def _where(place: Place) -> str:
    return f"{place.path}:{place.line}" if place.line else place.path


def _checks(validations: list[Validation]) -> Table:
    table = _table([])
    for _column in range(4):
        table.add_column(overflow="fold")
    for each in validations:
        verdict = f"[{STYLES[each.status]}]{each.status}[/]"
        detail = each.reason or "; ".join(
            f"{finding.line or '-'}: {finding.rule}: {finding.message}" for finding in each.findings
        )
        table.add_row(escape(each.path), f"{each.tool} {each.version or ''}".strip(), verdict, escape(detail))
    return table


def _table(rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(show_header=False, box=None, pad_edge=False)
    for row in rows:
        while len(table.columns) < len(row):
            table.add_column(overflow="fold")  # a command that ends in an ellipsis cannot be run
        table.add_row(*(escape(cell) for cell in row))
    return table
