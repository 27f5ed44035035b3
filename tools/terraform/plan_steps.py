"""Makes a plan: format, init, validate, plan, show, each a step of the real program in a private copy."""

import json
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from resources.catalogue import _
from tools.guard.errors import NotFoundError
from tools.terraform.diagnostic import Diagnostic, diagnostic, diagnostics
from tools.terraform.program import Program, TerraformError, call, last_words
from tools.terraform.saved_plan import StateMark

LOCK_SECONDS = 30
LOCK_FILE = ".terraform.lock.hcl"
FIRST = {"TF_WORKSPACE": "default"}
_LISTED = re.compile(r"^[* ] (\S+)$", re.MULTILINE)  # a remark on TF_WORKSPACE follows them
STEPS = ("fmt", "init", "workspace", "validate", "plan", "show")


class BackendChangedError(TerraformError):
    """The folder was prepared for another backend after the plan had been made."""


@dataclass(frozen=True)
class PlanRequest:
    """What is planned. `folder` is the private copy; `var_files` are relative to it."""

    folder: Path
    workspace: str
    var_files: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    refresh_only: bool = False
    destroy: bool = False


@dataclass
class Made:
    """What came of it. `shown` is the plan as JSON, which holds secrets in clear."""

    shown: bytes = b""
    unformatted: list[str] = field(default_factory=list)
    messages: list[Diagnostic] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    state: StateMark = field(default_factory=StateMark)


@dataclass
class Steps:
    """Runs the steps one after the other and tells how far it is."""

    program: Program
    request: PlanRequest
    environment: dict[str, str]
    lock: int
    tell: Callable[[float, float | None, str], Awaitable[None]]
    made: Made = field(default_factory=Made)

    async def make(self, path: Path) -> Made:
        """All steps; the plan is written to `path`, readable to nobody else.

        Raises:
            TerraformError: a step failed; its diagnostics are in the text.
        """
        await self._format()
        await self._init()
        await self._workspace()
        await self._validate()
        await self._plan(path)
        return self.made

    async def prepare(self) -> None:
        """Install on this machine what a plan that was made on another one needs."""
        await self._init()
        await self._workspace()

    async def show(self, path: Path) -> Made:
        """Only what it takes to read the plan at `path`, which was made elsewhere of this configuration."""
        await self._init()
        await self._show(path)
        return self.made

    async def _step(self, name: str, *arguments: str, told: bool = False) -> tuple[int, str, str]:
        began = time.monotonic()
        number = STEPS.index(name)
        await self.tell(number, len(STEPS), name)

        async def line(text: str) -> None:
            if (message := _message(text)) is not None:
                await self.tell(number, len(STEPS), f"{name}: {message}")

        done = await call(
            self.program,
            arguments,
            cwd=self.request.folder,
            # Named before it is looked for, a workspace that does not exist would be made.
            env=self.environment if number > STEPS.index("workspace") else {**self.environment, **FIRST},
            lock=self.lock,
            on_line=line if told else None,
        )
        self.made.seconds[name] = round(time.monotonic() - began, 3)
        return done.returncode, done.stdout, last_words(done)

    async def _format(self) -> None:
        status, out, _said = await self._step("fmt", "fmt", "-check", "-list=true", "-no-color")
        # Status 3: not formatted. Another one is a syntax error, which `validate` tells with its place.
        self.made.unformatted = [each for each in out.splitlines() if each.strip()] if status else []

    async def _init(self) -> None:
        arguments = ["init", "-input=false", "-no-color", "-reconfigure"]
        if (self.request.folder / LOCK_FILE).is_file():
            arguments.append("-lockfile=readonly")  # what was reviewed is what is installed
        status, _out, said = await self._step("init", *arguments)
        if status:
            raise TerraformError(_("terraform init failed: {said}", said=said), _hint(said))

    async def _workspace(self) -> None:
        wanted = self.request.workspace
        if wanted == "default":
            return
        environment = {**self.environment, **FIRST}
        done = await call(self.program, ["workspace", "list"], cwd=self.request.folder, env=environment, lock=self.lock)
        if done.returncode:  # unknown, it must not be made by being named
            raise TerraformError(_("The workspaces cannot be listed: {said}", said=last_words(done)))
        names = _LISTED.findall(done.stdout)
        if wanted not in names:
            raise NotFoundError(
                _("There is no workspace {name}; there are: {names}.", name=wanted, names=", ".join(names)),
                _("A new one is made with `terraform workspace new`; a mistyped name must not become one."),
            )

    async def _validate(self) -> None:
        status, out, said = await self._step("validate", "validate", "-json")
        try:
            told = json.loads(out)
        except ValueError:
            raise TerraformError(_("terraform validate failed: {said}", said=said)) from None
        self.made.messages += [diagnostic(each) for each in told.get("diagnostics", [])]
        if status or not told.get("valid", False):
            raise failed("validate", self.made.messages, said)

    async def _plan(self, path: Path) -> None:
        wanted = self.request
        arguments = ["plan", "-input=false", "-json", f"-out={path}", f"-lock-timeout={LOCK_SECONDS}s"]
        arguments += [f"-var-file={each}" for each in wanted.var_files]
        arguments += [f"-target={each}" for each in wanted.targets]
        arguments += ["-refresh-only"] if wanted.refresh_only else []
        arguments += ["-destroy"] if wanted.destroy else []
        status, out, said = await self._step("plan", *arguments, told=True)
        self.made.messages += diagnostics(out)
        if status:
            raise failed("plan", self.made.messages, said, self._value_files())
        path.chmod(0o600)
        await self._show(path)
        self.made.state = await pull_mark(self.program, wanted.folder, self.environment, self.lock)

    def _value_files(self) -> list[str]:
        """The files of values that this run could have been given."""
        here = self.request.folder
        found = (each.relative_to(here).as_posix() for each in here.rglob("*.tfvars") if ".auto." not in each.name)
        return sorted({*found} - {*self.request.var_files, "terraform.tfvars"})

    async def _show(self, path: Path) -> None:
        status, out, said = await self._step("show", "show", "-json", str(path))
        if status:
            raise TerraformError(_("The plan cannot be shown: {said}", said=said))
        self.made.shown = out.encode()


async def pull_mark(program: Program, folder: Path, environment: dict[str, str], lock: int) -> StateMark:
    """The lineage and serial of the state as it is now."""
    return mark_of(await pull(program, folder, environment, lock))


async def pull(program: Program, folder: Path, environment: dict[str, str], lock: int) -> str:
    """The whole state, which holds secrets; empty when there is none.

    Raises:
        BackendChangedError: it is not the backend that the configuration in `folder` names.
        TerraformError: it does not give it.
    """
    done = await call(program, ["state", "pull"], cwd=folder, env=environment, lock=lock)
    if done.returncode:
        said = last_words(done)
        if "Backend initialization required" in said:
            raise BackendChangedError(
                _("Another plan has prepared this folder for another backend since."),
                _("Make a new plan and judge it."),
            )
        raise TerraformError(_("The state cannot be read: {said}", said=said))
    return done.stdout


def mark_of(state: str) -> StateMark:
    """Lineage and serial of a pulled state; pure."""
    if not state.strip():
        return StateMark()
    told = json.loads(state)
    return StateMark(lineage=str(told.get("lineage", "")), serial=int(told.get("serial", 0)))


def failed(step: str, messages: list[Diagnostic], said: str, values: Sequence[str] = ()) -> TerraformError:
    """The error of a step, with the errors it told; `values` are the files of variables that were not given."""
    errors = [each for each in messages if each.severity == "error"]
    lines = [
        f"{each.summary} {each.detail}".strip() + (f" ({each.file}:{each.line})" if each.file else "")
        for each in errors[:5]
    ]
    text = "\n".join(lines) or said
    return TerraformError(_("terraform {step} failed: {said}", step=step, said=text), _hint(text, values))


def _hint(said: str, values: Sequence[str] = ()) -> str:
    if "No value for required variable" in said:
        if values:
            return _("Name a file of values in var_files; there are: {names}.", names=", ".join(values[:8]))
        return _("Give a file of values in var_files, or set TF_VAR_… where the server starts.")
    if "Error acquiring the state lock" in said or "state lock" in said.lower():
        return _("Someone holds the state: let them finish. A person who knows that they are gone unlocks it by hand.")
    if "lock file" in said.lower() and "readonly" in said.lower():
        return _("The lock file does not fit the configuration: run `terraform init -upgrade`, review it, commit it.")
    if "Failed to query available provider packages" in said or "could not connect" in said.lower():
        return _("Providers come from the registry, or from a mirror named in the CLI configuration.")
    return ""


def _message(line: str) -> str | None:
    if not line.startswith("{"):
        return None
    try:
        told = json.loads(line)
    except ValueError:
        return None
    message = told.get("@message")
    # Errors and warnings are told with the result, whole and without secrets.
    return str(message) if isinstance(message, str) and told.get("type") not in {"version", "diagnostic"} else None
