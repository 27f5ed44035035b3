"""Every ecosystem there is, one line each, in the order components are listed."""

from tools.stacks import go, java, kotlin, node, python, static
from tools.stacks.ecosystem import Ecosystem

ECOSYSTEMS: dict[str, Ecosystem] = {
    python.NAME: python,
    node.NAME: node,
    go.NAME: go,
    java.NAME: java,
    kotlin.NAME: kotlin,
    static.NAME: static,
}
