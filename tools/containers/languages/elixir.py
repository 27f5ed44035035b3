"""Elixir: a release, which brings its own Erlang, on a small Debian."""

import re

from tools.containers.base_images import base
from tools.containers.process import process
from tools.containers.recipe import Recipe
from tools.containers.subject import Subject

UMBRELLA = re.compile(r"(?:^|/)apps/[\w-]+/mix\.exs:\d+$")  # detection read an application inside the project
RELEASE = re.compile(r"_build/prod/rel/([\w.-]+)/")


def recipe(subject: Subject) -> Recipe:
    """The image of `subject`."""
    component = subject.component
    started = process(component.start_command)
    release = RELEASE.search(component.start_command or "")
    build = component.build_command or "MIX_ENV=prod mix release"
    questions = subject.ask_start()
    values = {
        "build": base("elixir", component.language_version),
        "runtime": base("trixie"),
        "node": base("node-build"),
        "within": subject.within,
        "umbrella": any(UMBRELLA.search(each) for each in component.evidence.values()),
        "workdir": subject.placed("/src"),
        "command": build,
        "front_end": "npm" in build,
        "release": release[1] if release else "*",
        "packages": ["ca-certificates", "libncurses6", "libstdc++6", "openssl"],
    }
    env = {"LANG": "C.UTF-8", "RELEASE_TMP": "/tmp", **started.env}  # noqa: S108 - a path inside the image
    return Recipe("containers/elixir.j2", values, started.argv, "bash", env=env, questions=questions,
                  ignored=("_build", "deps", "**/node_modules", "priv/static/assets", "**/*.beam"))  # fmt: skip
