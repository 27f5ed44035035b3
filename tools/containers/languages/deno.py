"""Deno: modules fetched in the build, none when it runs."""

from tools.containers.base_images import base
from tools.containers.process import process
from tools.containers.recipe import Recipe
from tools.containers.subject import Subject


def recipe(subject: Subject) -> Recipe:
    """The image of `subject`."""
    component = subject.component
    started = process(component.start_command)
    values = {
        "image": base("deno"),
        "around": subject.around,
        "workdir": subject.placed("/app"),
        "install": component.install_command or "deno install",
        "command": component.build_command,
        "entry": next((word for word in started.argv if word.endswith((".ts", ".tsx", ".js", ".mjs"))), None),
    }
    return Recipe("containers/deno.j2", values, started.argv, "deno", env={"DENO_NO_UPDATE_CHECK": "1", **started.env},
                  questions=subject.ask_start(), ignored=("**/node_modules", "**/_fresh", "**/_site"))  # fmt: skip
