"""Python: the lock's packages in a virtual environment, on a slim image of the same version."""

import re

from resources.catalogue import _
from tools.containers.base_images import base, tool_version
from tools.containers.languages.clients import client_libraries
from tools.containers.process import process
from tools.containers.recipe import Recipe
from tools.containers.subject import Subject
from tools.project import Question

FOR_DEVELOPING = re.compile(r"dev|test|lint|local|ci\b")


def recipe(subject: Subject) -> Recipe:
    """The image of `subject`."""
    component = subject.component
    manager = component.package_manager or "pip"
    started = process(component.start_command)
    requirements, questions = _requirements(subject) if manager not in {"uv", "poetry", "pdm", "pipenv"} else (None, [])
    values = {
        "build": base("python-build", component.language_version),
        "runtime": base("python", component.language_version),
        "uv": base("uv"),
        "manager": manager if requirements is None and manager in {"uv", "poetry", "pdm", "pipenv"} else "pip",
        "tool": tool_version(manager) if manager in {"poetry", "pdm", "pipenv"} else "",
        "around": subject.around,
        "within": subject.within,
        "member": subject.is_member,
        "locked": component.lock_file is not None,
        "no_root": "--no-root" in (component.install_command or ""),
        "workdir": subject.placed("/app"),
        "requirements": requirements,
        "packages": client_libraries(component.needs),
        "extras": _extras(component.install_command),
    }
    env = {"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1", **started.env}
    return Recipe(
        "containers/python.j2",
        values,
        started.argv,
        "python",
        env=env,
        questions=[*questions, *subject.ask_start()],
        ignored=("**/__pycache__", "**/*.py[cod]", "**/.venv", "**/venv", "**/.pytest_cache", "**/.mypy_cache",
                 "**/.ruff_cache", "**/.tox", "**/*.egg-info", "**/.coverage", "**/htmlcov"),
    )  # fmt: skip


def _extras(command: str | None) -> str:
    """The optional dependencies that the project installs for running: `--extra pdf --extra s3`."""
    words = re.findall(r"--extra[ =][\w-]+|--all-extras", command or "")
    return "".join(f"{each} " for each in words)


def _requirements(subject: Subject) -> tuple[str | None, list[Question]]:
    """The file that production is installed from; None: the project itself."""
    command = subject.component.install_command or ""
    named = re.search(r"(?:-r|--requirement)[ =]?(\S+)", command)
    if named is None:
        return (None, []) if command else ("requirements.txt", [])
    if not FOR_DEVELOPING.search(named[1].rpartition("/")[2]):
        return named[1], []
    text = _("Which file lists what production needs? {file} is for developing; requirements.txt is taken.",
             file=named[1])  # fmt: skip
    folder = named[1].rpartition("/")[0]
    beside = f"{folder}/requirements.txt" if folder and not FOR_DEVELOPING.search(folder) else "requirements.txt"
    return beside, [subject.ask("install_command", text)]
