"""What each environment costs a month, as a picture."""

from resources.catalogue import _
from tools.delivery import Estimate
from tools.pictures.flowchart import quoted


def cost_bars(estimates: list[Estimate]) -> str:
    """One bar an environment as Mermaid text; '' where nothing could be priced."""
    priced = [(each.environment, each.monthly) for each in estimates if each.monthly is not None]
    if not priced:
        return ""
    first = estimates[0]
    top = max(amount for _name, amount in priced) or 1
    title = _("Estimated cost per month ({currency}, prices of {date})", currency=first.currency, date=first.prices_of)
    lines = [
        "---",
        "config:",
        f"  xyChart: {{height: {90 + 50 * len(priced)}}}",
        "  themeVariables:",
        '    xyChart: {plotColorPalette: "#0b5cad"}',
        "---",
        "xychart-beta horizontal",
        f"  title {quoted(title)}",
        f"  x-axis [{', '.join(quoted(f'{name}: {amount:.0f}') for name, amount in priced)}]",
        f"  y-axis 0 --> {top * 1.1:.0f}",
        f"  bar [{', '.join(f'{amount:.0f}' for _name, amount in priced)}]",
    ]
    return "\n".join(lines) + "\n"
