"""Ruby: gems built with the whole image, run on the slim one."""

from tools.containers.base_images import base
from tools.containers.languages.clients import client_libraries
from tools.containers.process import process
from tools.containers.recipe import Recipe
from tools.containers.subject import Subject


def recipe(subject: Subject) -> Recipe:
    """The image of `subject`."""
    component = subject.component
    started = process(component.start_command)
    rails = component.framework == "rails"
    values = {
        "build": base("ruby-build", component.language_version),
        "runtime": base("ruby", component.language_version),
        "locked": component.lock_file is not None,
        "around": subject.around,
        "workdir": subject.placed("/app"),
        "command": component.build_command,
        # jsbundling, cssbundling and their kin call yarn or npm while assets are precompiled.
        "node": base("node-build") if "package.json:" in component.evidence.get("build_command", "") else None,
        "rails": rails,
        "packages": sorted({*client_libraries(component.needs), "libyaml-0-2"}),
    }
    env = {"RAILS_ENV": "production", "RAILS_LOG_TO_STDOUT": "1"} if rails else {"RACK_ENV": "production"}
    if component.start_command and "bin/thrust" in component.start_command and component.port:
        env["HTTP_PORT"] = str(component.port)
    return Recipe(
        "containers/ruby.j2",
        values,
        started.argv,
        "ruby",
        env={**env, "HOME": "/tmp", **started.env},  # noqa: S108 - a path inside the image
        questions=subject.ask_start(),
        ignored=("log/*", "tmp/*", "**/.bundle", "vendor/bundle", "**/node_modules", "config/master.key",
                 "config/credentials/*.key", "coverage"),
    )  # fmt: skip
