"""A flow chart as Mermaid text. Labels come from repositories and plans: none of them can end its quotes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from tools.guard.visible import visible

Shape = Literal["box", "round", "store", "gate"]
Look = Literal["plain", "entry", "soft", "warn", "bad"]

LONGEST_LABEL = 80
_BRACKETS: dict[Shape, tuple[str, str]] = {
    "box": ("[", "]"),
    "round": ("([", "])"),
    "store": ("[(", ")]"),
    "gate": ("{{", "}}"),
}
_PLAIN = frozenset(" .,:/_-+~@=()?!'")
_CLASSES: dict[Look, str] = {
    "entry": "fill:#e7f0fb,stroke:#0b5cad,color:#1c2128",
    "soft": "fill:#f6f7f9,stroke:#9aa5b1,color:#1c2128,stroke-dasharray:4 3",
    "warn": "fill:#fff4d1,stroke:#9a6700,color:#1c2128",
    "bad": "fill:#fde4e1,stroke:#b42318,color:#1c2128",
}
"""Fill and letters are both named: a page's dark theme changes only one of them otherwise."""


@dataclass(frozen=True)
class Node:
    """One thing in the picture; each line of the label stands on a line of its own."""

    key: str
    label: tuple[str, ...]
    shape: Shape = "box"
    look: Look = "plain"
    group: str = ""


@dataclass(frozen=True)
class Edge:
    """An arrow from one key to another; it points at a group where the key is a group's."""

    start: str
    end: str
    label: str = ""
    dotted: bool = False


@dataclass
class Flowchart:
    """Nodes, arrows and named groups, in the order they are drawn."""

    direction: Literal["LR", "TB"] = "LR"
    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    groups: dict[str, str] = field(default_factory=dict)
    """Key of a group: its title."""

    def text(self) -> str:
        """The chart as Mermaid reads it."""
        names = {key: f"g{number}" for number, key in enumerate(self.groups, 1)}
        names |= {node.key: f"n{number}" for number, node in enumerate(self.nodes, 1)}
        lines = [f"flowchart {self.direction}"]
        lines += [f"  {_node(names[node.key], node)}" for node in self.nodes if node.group not in self.groups]
        for key, title in self.groups.items():
            inside = [node for node in self.nodes if node.group == key]
            if inside:
                lines.append(f"  subgraph {names[key]}[{quoted(title)}]")
                lines += [f"    {_node(names[node.key], node)}" for node in inside]
                lines.append("  end")
        lines += [f"  {_edge(names, edge)}" for edge in self.edges if edge.start in names and edge.end in names]
        for look, style in _CLASSES.items():
            dressed = [names[node.key] for node in self.nodes if node.look == look]
            if dressed:
                lines += [f"  classDef {look} {style}", f"  class {','.join(dressed)} {look}"]
        return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """`text` between quotes, every sign that Mermaid could take for its own written as a code."""
    return '"' + escaped(text) + '"'


def escaped(text: str) -> str:
    """`text` with codes for all but letters, digits and a few harmless signs; cut where it is long."""
    text = visible(text)
    short = text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1] + "…"
    # Directives (`%%{`), tags and front matter are found in the raw text, quotes or not.
    return "".join(each if _harmless(each) else f"#{ord(each)};" for each in short)


def _harmless(sign: str) -> bool:
    return sign.isalnum() or sign in _PLAIN or (not sign.isascii() and sign.isprintable())


def _label(lines: Iterable[str]) -> str:
    return '"' + "<br/>".join(escaped(line) for line in lines) + '"'


def _node(name: str, node: Node) -> str:
    begin, end = _BRACKETS[node.shape]
    return f"{name}{begin}{_label(node.label)}{end}"


def _edge(names: dict[str, str], edge: Edge) -> str:
    arrow = "-.->" if edge.dotted else "-->"
    label = f"|{quoted(edge.label)}|" if edge.label else ""
    return f"{names[edge.start]} {arrow}{label} {names[edge.end]}"
