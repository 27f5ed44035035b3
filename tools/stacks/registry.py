"""Every ecosystem there is, one line each.

Of two in one folder the first here stands: what serves comes before the JavaScript that is served.
"""

from tools.stacks import (
    deno,
    dotnet,
    elixir,
    go,
    java,
    kotlin,
    node,
    php,
    python,
    ruby,
    rust,
    static,
)
from tools.stacks.ecosystem import Ecosystem

ECOSYSTEMS: dict[str, Ecosystem] = {
    python.NAME: python,
    go.NAME: go,
    java.NAME: java,
    kotlin.NAME: kotlin,
    rust.NAME: rust,
    php.NAME: php,
    ruby.NAME: ruby,
    dotnet.NAME: dotnet,
    elixir.NAME: elixir,
    node.NAME: node,
    deno.NAME: deno,
    static.NAME: static,
}
