"""Go: one static program on distroless; Alpine where a migration needs a shell."""

import posixpath
import re

from resources.catalogue import _
from tools.containers.base_images import base, tool_version
from tools.containers.process import process
from tools.containers.recipe import Recipe
from tools.containers.subject import Subject

FOLDER = re.compile(r"(?:-dir|-path)[ =](\S+)")
OUTPUT = re.compile(r"\s-o[ =](\S+)")
MIGRATORS = {
    "goose": "github.com/pressly/goose/v3/cmd/goose",
    "migrate": "github.com/golang-migrate/migrate/v4/cmd/migrate",
}


def recipe(subject: Subject) -> Recipe:
    """The image of `subject`."""
    component = subject.component
    build = component.build_command or "go build -o bin/app ."
    output = OUTPUT.search(build)
    program = posixpath.normpath(output[1] if output else "bin/app")
    started = process(component.start_command or f"./{program}")
    migrate = component.migrate_command or ""
    tool = migrate.split(" ")[0]
    folder = FOLDER.search(migrate)
    questions = []
    if migrate.startswith("go run"):
        text = _("Which program migrates the database in the image? There is no Go compiler in it for {command}.",
                 command=migrate)  # fmt: skip
        questions.append(subject.ask("migrate_command", text))
    values = {
        "build": base("go", component.language_version),
        "runtime": base("alpine") if migrate else base("distroless-static"),
        "shell": bool(migrate),
        "module": _module(subject),
        "wide": component.build_context is not None and _module(subject) != ".",
        "workdir": subject.placed("/src"),
        "home": subject.placed("/app"),
        "package": build.split()[-1] if " " in build and not build.endswith(program) else ".",
        "program": program,
        "tool": MIGRATORS.get(tool),
        "tool_name": tool,
        "tool_version": tool_version(tool) if tool in MIGRATORS else "",
        "migrations": subject.named(folder[1]) if folder else None,
    }
    return Recipe(
        "containers/go.j2",
        values,
        started.argv,
        "wget" if migrate else None,
        user="10001:10001" if migrate else "65532:65532",
        env=started.env,
        questions=questions,
        ignored=("bin", "**/*.test", "**/coverage.out"),
    )


def _module(subject: Subject) -> str:
    """The folder of go.mod relative to the context: detection read it, else it is the component's."""
    said = subject.component.evidence.get("language", "").rpartition(":")[0]
    if said.endswith("go.mod"):
        return subject.in_context(posixpath.dirname(said) or ".")
    return subject.around
