"""Node: services on a slim image, sites as files behind nginx; Bun where it is the package manager."""

import posixpath
import re

from resources.catalogue import _
from tools.containers.base_images import base, tool_version
from tools.containers.process import process
from tools.containers.recipe import Recipe
from tools.containers.subject import Subject
from tools.pipelines.image import build_tokens

SCRIPT = re.compile(r"^(?:npm|pnpm|yarn)(?: run)? (?P<script>[\w:.-]+)(?P<rest>.*)$")
# Programs that migrate and are usually only a dependency for developing.
MIGRATORS = re.compile(r"\b(?:prisma|drizzle-kit|knex|typeorm|sequelize(?:-cli)?|db-migrate|node-pg-migrate|migrate)\b")
IGNORED = ("**/node_modules", "**/.next", "**/.nuxt", "**/.turbo", "**/.output", "**/.svelte-kit", "**/coverage",
           "**/npm-debug.log*", "**/yarn-error.log*")  # fmt: skip


def recipe(subject: Subject) -> Recipe:
    """The image of `subject`."""
    component = subject.component
    manager = component.package_manager or "npm"
    bun = manager == "bun" or component.language == "bun"
    migrate = component.migrate_command or ""
    version = component.language_version if component.language != "bun" else None
    manager = "bun" if bun else manager
    questions = []
    if component.lock_file is None:
        questions.append(subject.ask("lock_file", _("Commit a lock file: without it two builds install two things.")))
    values = {
        "build": base("bun", _bun(subject)) if bun else base("node-build", version),
        "runtime": base("bun", _bun(subject)) if bun else base("node", version),
        "nginx": base("nginx"),
        "manager": manager,
        "berry": "--immutable" in (component.install_command or ""),
        "corepack": tool_version("corepack") if manager in {"pnpm", "yarn"} else None,
        "around": subject.around,
        "member": subject.is_member,
        "locked": component.lock_file is not None,
        "workdir": subject.placed("/app"),
        "home": subject.placed("/app") if not subject.is_member else f"/app/{subject.around}".removesuffix("/."),
        "build_command": component.build_command,
        "tokens": build_tokens(component),
        "prisma": "prisma" in migrate,
        "keeps_tools": bool(MIGRATORS.search(migrate)),
        "needs_manager": migrate.startswith(("pnpm ", "yarn ")),
        "output": posixpath.normpath(posixpath.join(subject.placed("/app"), component.output_directory or "dist")),
        "spa": component.framework not in {"astro", "docusaurus", "next", "gatsby", "eleventy", "vitepress"},
    }
    if component.kind == "static":
        return Recipe("containers/site.j2", values, [], "wget", user="101:101", site=True, questions=questions,
                      ignored=(*IGNORED, "!.env.production"))  # fmt: skip
    started = process(_script(component.start_command))
    env = {"NODE_ENV": "production", "HOME": "/tmp", **started.env}  # noqa: S108 - a path inside the image
    if component.port:
        env["PORT"] = str(component.port)
    probe = "bun" if bun else "node"
    return Recipe("containers/node.j2", values, started.argv, probe, env=env, ignored=IGNORED,  # type: ignore[arg-type]
                  questions=[*questions, *subject.ask_start()])  # fmt: skip


def _script(command: str | None) -> str | None:
    """A script as npm runs it: npm is in every Node image, hands signals on, and fetches no package manager."""
    found = SCRIPT.match(command or "")
    if found is None or found["script"] in {"exec", "dlx"}:
        return command
    script = found["script"]
    return f"npm {'start' if script == 'start' else f'run {script}'}{found['rest']}"


def _bun(subject: Subject) -> str | None:
    component = subject.component
    return component.language_version if component.language == "bun" else None
