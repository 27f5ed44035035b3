"""Every language an image can be made for, one line each."""

from collections.abc import Callable

from tools.containers.languages import bun, deno, dotnet, elixir, go, java, node, php, python, ruby, rust, static
from tools.containers.recipe import Recipe
from tools.containers.subject import Subject

LANGUAGES: dict[str, Callable[[Subject], Recipe]] = {
    "python": python.recipe,
    "node": node.recipe,
    "bun": bun.recipe,
    "go": go.recipe,
    "java": java.recipe,
    "kotlin": java.recipe,
    "rust": rust.recipe,
    "php": php.recipe,
    "ruby": ruby.recipe,
    "dotnet": dotnet.recipe,
    "elixir": elixir.recipe,
    "deno": deno.recipe,
    "static": static.recipe,
}
