""".NET: published with the SDK, run on the chiseled runtime; on the whole one where a migration needs a shell."""

import re

from tools.containers.base_images import base
from tools.containers.process import process
from tools.containers.recipe import Recipe
from tools.containers.subject import Subject

OUTPUT = re.compile(r"(?:--output|-o)[ =](\S+)")
CHISELED_SINCE = 8


def recipe(subject: Subject) -> Recipe:
    """The image of `subject`."""
    component = subject.component
    version = component.language_version
    kind = "dotnet-runtime" if component.framework == "worker" else "dotnet-aspnet"
    old = bool(version and version.split(".")[0].isdigit() and int(version.split(".")[0]) < CHISELED_SINCE)
    shell = bool(component.migrate_command)
    build = component.build_command or "dotnet publish --configuration Release --output out"
    found = OUTPUT.search(build)
    made = found[1] if found else None
    command = OUTPUT.sub("--output /out", build) if made else f"{build} --output /out"
    started = process(component.start_command)
    inside = [word.removeprefix(f"{made}/") if made else word for word in started.argv]
    values = {
        "build": base("dotnet-sdk", version),
        "runtime": base(kind if shell or old else f"{kind}-chiseled", version),
        "chiseled": not (shell or old),
        "workdir": subject.placed("/src"),
        "restore": component.install_command or "dotnet restore",
        "command": command,
        "migrations": bool(component.migrate_command and "dotnet ef" in component.migrate_command),
    }
    return Recipe(
        "containers/dotnet.j2",
        values,
        inside,
        "bash" if shell or old else None,
        # Without this the runtime wants to write a socket for debuggers, which a read-only root refuses.
        env={"DOTNET_EnableDiagnostics": "0", **started.env},
        questions=subject.ask_start(),
        ignored=("**/bin", "**/obj", "**/.vs", "**/*.user", "**/TestResults"),
    )
