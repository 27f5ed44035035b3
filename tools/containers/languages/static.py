"""Sites that are files already, or that a generator makes: nginx without root."""

from resources.catalogue import _
from tools.containers.base_images import base
from tools.containers.recipe import Recipe
from tools.containers.subject import Subject


def recipe(subject: Subject) -> Recipe:
    """The image of `subject`."""
    component = subject.component
    questions = []
    if component.build_command:
        text = _(
            "{command} makes the site, and no image with that generator is known: run it before the image is built.",
            command=component.build_command,
        )
        questions.append(subject.ask("build_command", text))
    values = {"nginx": base("nginx"), "manager": None, "output": subject.named(component.output_directory or "."),
              "spa": False}  # fmt: skip
    return Recipe("containers/site.j2", values, [], "wget", user="101:101", site=True, questions=questions)
