"""The package of a function: its code and what it imports in one archive, made once; then only its digest travels."""

from resources.catalogue import _
from tools.brief import Brief
from tools.pipelines.setup.registry import SETUPS
from tools.pipelines.step import Step, check_out, run_command
from tools.project import Component

NAME = "package"
PYTHON = "3.14"
"""The runtime that the infrastructure gives the function."""
WHEELS = f"--python-version {PYTHON} --only-binary :all:"
# What runs nothing in production, or would hold the package itself.
LEFT_OUT = ("./.git", "./.github", "./.venv", "./deploy", "./infra", "./package", "./test", "./tests")
GATHER = (
    "mkdir -p package\n"
    "tar -cf - " + " \\\n  ".join(f"--exclude={each}" for each in LEFT_OUT) + " \\\n  . | tar -xf - -C package\n"
    "python3 -c \"import shutil; shutil.make_archive('package', 'zip', 'package')\"\n"
)
PRODUCTION = {
    "npm": "npm ci --omit=dev",
    "pnpm": "pnpm install --prod --frozen-lockfile --config.node-linker=hoisted",
    "yarn": "yarn install --production --frozen-lockfile",
    "bun": "bun install --production --frozen-lockfile",
}


def is_packed(brief: Brief) -> bool:
    """Whether the target takes a package instead of an image."""
    return brief.context.platform.target == "lambda"


def dependencies(component: Component) -> str:
    """Puts into the folder what the code imports: for the runtime that will run it, whatever this machine has."""
    manager = component.package_manager or "pip"
    if component.language == "node":
        return f"{PRODUCTION.get(manager, PRODUCTION['npm'])}\n" if component.lock_file else ""
    if manager == "uv" and component.lock_file:
        return (
            "uv export --quiet --frozen --no-dev --no-emit-project --output-file package-requirements.txt\n"
            f"uv pip install --quiet --python-platform x86_64-manylinux2014 {WHEELS} \\\n"
            "  --target package --requirements package-requirements.txt\n"
        )
    if (component.lock_file or "").endswith(".txt"):
        return (
            f"python3 -m pip install --quiet --platform manylinux2014_x86_64 --implementation cp {WHEELS} \\\n"
            "  --target package --requirement requirements.txt\n"
        )
    # Other managers know no other platform than their own: the project itself is installed as it is.
    return "python3 -m pip install --quiet --target package .\n" if component.install_command else ""


def steps(component: Component) -> list[Step]:
    """The steps that make it and keep it, in the order of the job."""
    folder = None if component.path == "." else component.path
    prefix = "" if folder is None else f"{folder}/"
    made = [check_out(), *SETUPS[component.language or ""](component, None)]
    if component.build_command:
        if component.install_command:
            made.append(run_command(_("Install the dependencies"), component.install_command, directory=folder))
        made.append(run_command(_("Build"), component.build_command, directory=folder))
    return [
        *made,
        Step(_("Name the package"), id="name", run=f'echo "image={NAME}" >> "${{GITHUB_OUTPUT}}"\n'),
        Step(
            _("Make the package"),
            id="build",
            directory=folder,
            comment=_("For the runtime that runs it: its version, its processor."),
            run=dependencies(component)
            + GATHER
            + 'digest="$(sha256sum package.zip | cut -d " " -f 1)"\n'
            + 'echo "digest=sha256:${digest}" >> "${GITHUB_OUTPUT}"\n',
        ),
        Step(
            _("Keep the package"),
            action="actions/upload-artifact",
            options={
                "name": NAME,
                "path": f"{prefix}package.zip",
                "if-no-files-found": "error",
                "retention-days": "7",
            },
        ),
    ]
