"""Terraform or OpenTofu as a program: which one, in what environment, and what its messages mean."""

import os
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from resources.catalogue import _
from tools.guard.errors import ExpectedError, ProgramMissingError
from tools.guard.process import Completed, find_program, run

Choice = Literal["auto", "terraform", "tofu"]
# After SIGINT it finishes what is under way and writes the state; killed before that, resources are orphaned.
GRACE = 300.0
LONGEST = 7_200.0
OUTPUT = 600_000_000
# Credentials of clouds and backends: passed only to a run that a person approved with them.
CREDENTIALS = re.compile(
    r"(AWS|GOOGLE|GCLOUD|CLOUDSDK|ARM|AZURE|TF_TOKEN|VAULT|KUBE|DIGITALOCEAN|CLOUDFLARE|GITHUB|GITLAB|OVH|SCW|HCLOUD|OS"
    r"|PG|CONSUL|ALICLOUD|OCI|LINODE|HEROKU|DATADOG|DD|PAGERDUTY|FASTLY|SPOTINST|MONGODB_ATLAS|TFE|ATLAS)_[A-Z0-9_]+"
)
VARIABLE = re.compile(r"TF_VAR_\w+")
KEPT_IN = (".aws", ".azure", ".config/gcloud", ".kube", ".terraform.d/credentials.tfrc.json")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_BLOCK = re.compile(r"^\s*provider_installation\s*\{", re.MULTILINE)


class TerraformError(ExpectedError):
    """Terraform refused; the text is its own, without secrets."""


@dataclass(frozen=True)
class Program:
    """The program that runs. `settings` is the command-line configuration written for it."""

    path: str
    name: str
    version: str


async def find(choice: Choice, root: Path) -> Program:
    """The program asked for; `auto` prefers terraform.

    Raises:
        ProgramMissingError: it is not installed.
    """
    names = ("terraform", "tofu") if choice == "auto" else (choice,)
    for name in names:
        path = find_program(name)
        if path is None:
            continue
        told = await run([path, "version"], cwd=root, env={"CHECKPOINT_DISABLE": "1", **NO_SETTINGS}, timeout=30)
        found = re.search(r"v(\d+\.\d+\.\d+\S*)", told.stdout)
        if found:
            return Program(path, name, found[1])
    raise ProgramMissingError(
        _("Neither terraform nor tofu is installed.")
        if choice == "auto"
        else _("{name} is not installed.", name=choice),
        _("Install it, or judge a plan made elsewhere with plan_json."),
    )


NO_SETTINGS = {"TF_CLI_CONFIG_FILE": "/dev/null"}


def environment(data: Path, settings: Path, home: Path, workspace: str, *, credentials: bool) -> dict[str, str]:
    """What terraform sees: an allow-list. `home` is an empty folder, unless `credentials` were approved.

    TF_VAR_* are values the person set for this very purpose; TF_CLI_ARGS, TF_LOG, TF_REATTACH_PROVIDERS and the like
    stay out.
    """
    given = {
        "TF_DATA_DIR": str(data),
        "TF_CLI_CONFIG_FILE": str(settings),
        "TF_WORKSPACE": workspace,
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "CHECKPOINT_DISABLE": "1",
        "HOME": str(Path.home() if credentials else home),
    }
    wanted = (VARIABLE, CREDENTIALS) if credentials else (VARIABLE,)
    return given | {key: value for key, value in os.environ.items() if any(each.fullmatch(key) for each in wanted)}


def credentials_here(environ: Mapping[str, str], home: Path) -> list[str]:
    """The names of the credentials that a run would find: variables, and folders of the home."""
    names = [name for name in environ if CREDENTIALS.fullmatch(name)]
    return sorted(names) + [f"~/{each}" for each in KEPT_IN if (home / each).exists()]


def installation(environ: Mapping[str, str], home: Path) -> str:
    """The settings for the run: the person's provider mirrors, and nothing else of theirs.

    Overrides for the development of providers, hooks and hosts' credentials are left out.
    """
    named = environ.get("TF_CLI_CONFIG_FILE") or environ.get("TERRAFORM_CONFIG")
    kept = ""
    for path in (Path(named),) if named else (home / ".terraformrc", home / ".tofurc"):
        if path.is_file():
            kept = _provider_installation(path.read_text(encoding="utf-8", errors="replace"))
            break
    return "disable_checkpoint = true\n" + kept


def _provider_installation(text: str) -> str:
    found = _BLOCK.search(text)
    if found is None:
        return ""
    depth, end = 0, len(text)
    for at in range(found.end() - 1, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            end = at + 1
            break
    block = text[found.start() : end].strip()
    return "" if "dev_overrides" in block else block + "\n"


async def call(
    program: Program,
    arguments: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    lock: int,
    on_line: Callable[[str], Awaitable[None]] | None = None,
) -> Completed:
    """Run it to its end. On cancellation it is asked to stop and given `GRACE` seconds before it is killed.

    It inherits `lock`, the descriptor of the run's lock: that is held as long as it lives, even after this server.
    """
    return await run(
        [program.path, *arguments],
        cwd=cwd,
        env=env,
        timeout=LONGEST,
        grace=GRACE,
        output_limit=OUTPUT,
        on_stdout=on_line,
        pass_fds=(lock,),
    )


def last_words(completed: Completed, limit: int = 1_500) -> str:
    """What a run that failed said last, without frames."""
    text = _COLOUR.sub("", completed.stderr.strip() or completed.stdout.strip())
    lines = [line.strip("│╷╵ \t") for line in text.splitlines()]
    return "\n".join(line for line in lines if line)[-limit:]
