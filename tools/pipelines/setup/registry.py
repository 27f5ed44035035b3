"""Every language a pipeline can be made for, one line each."""

from collections.abc import Callable

from tools.pipelines.setup import bun, deno, dotnet, elixir, go, java, node, php, python, ruby, rust, static
from tools.pipelines.step import Step
from tools.project import Component

SETUPS: dict[str, Callable[[Component, str | None], list[Step]]] = {
    "python": python.setup,
    "node": node.setup,
    "go": go.setup,
    "java": java.setup,
    "kotlin": java.setup,
    "rust": rust.setup,
    "php": php.setup,
    "ruby": ruby.setup,
    "dotnet": dotnet.setup,
    "elixir": elixir.setup,
    "deno": deno.setup,
    "bun": bun.setup,
    "static": static.setup,
}

# What must be there before the tests run: a key, the tables.
BEFORE_TESTS: dict[str, Callable[[Component], list[Step]]] = {
    "rust": rust.before_tests,
    "php": php.before_tests,
    "ruby": ruby.before_tests,
    "dotnet": dotnet.before_tests,
    "elixir": elixir.before_tests,
    "deno": deno.before_tests,
    "bun": bun.before_tests,
}
