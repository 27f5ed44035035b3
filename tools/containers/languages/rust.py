"""Rust: one program on distroless with the C library; Debian where a migration needs a shell."""

import re

from tools.containers.base_images import base, tool_version
from tools.containers.languages.clients import client_libraries
from tools.containers.process import process
from tools.containers.recipe import Recipe
from tools.containers.subject import Subject

PROGRAM = re.compile(r"target/release/([\w-]+)(.*)$")
OWN = re.compile(r"cargo run .*?(?:--package|--bin|-p) ([\w-]+)")
SOURCE = re.compile(r"(?:--source|--migration-dir)[ =](?:\.\./)*(\S+)")
FEATURES = {"postgres": "postgres", "mysql": "mysql", "mariadb": "mysql"}


def recipe(subject: Subject) -> Recipe:
    """The image of `subject`."""
    component = subject.component
    found = PROGRAM.search(component.start_command or "")
    program = found[1] if found else component.name or subject.name
    started = process(component.start_command)
    migrate = component.migrate_command or ""
    own = OWN.search(migrate)
    crate = {"sqlx": "sqlx-cli", "diesel": "diesel_cli"}.get(migrate.split(" ")[0])
    source = SOURCE.search(migrate)
    inside = source[1] if source else "migrations"
    above = "." if source and "../" in source[0] else subject.within
    features = sorted({FEATURES[each] for each in component.needs if each in FEATURES}) or ["sqlite"]
    values = {
        "build": base("rust"),
        "runtime": base("bookworm") if migrate else base("distroless-cc"),
        "shell": bool(migrate),
        "workdir": subject.placed("/src"),
        "command": component.build_command or "cargo build --release",
        "programs": [program, *([own[1]] if own else [])],
        "own": own[1] if own else None,
        "locked": component.lock_file is not None,
        "crate": crate,
        "crate_program": migrate.split(" ")[0],
        "crate_version": tool_version(crate) if crate else "",
        "features": ",".join(["rustls", *features] if crate == "sqlx-cli" else features),
        "migrations": [f"{above}/{inside}", inside] if crate else None,
        "packages": client_libraries(component.needs) if crate == "diesel_cli" else [],
    }
    return Recipe(
        "containers/rust.j2",
        values,
        [f"/app/{program}", *(found[2].split() if found else [])],
        "bash" if migrate else None,
        user="10001:10001" if migrate else "65532:65532",
        env=started.env,
        ignored=(
            "/target",  # of the workspace
            "target",
            "*/target",
        ),
    )
