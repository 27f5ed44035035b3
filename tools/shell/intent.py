"""What someone wants a shell to do, judged: the command, where, with what beyond its walls."""

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from resources.catalogue import _
from tools.context import Deps
from tools.guard.action import Action
from tools.guard.decision import Decision, Reason
from tools.guard.gate import Gate
from tools.shell.classify import decide
from tools.shell.current_targets import acts_on
from tools.shell.facts import Facts
from tools.shell.grants import Access, asked_for
from tools.shell.parse import parse
from tools.shell.surroundings import facts_of
from tools.shell.unquote import UnreadableError
from tools.shell.words import literal

LARGEST_SCRIPT = 10_000_000


@dataclass(frozen=True)
class Intent:
    """Everything that decides what happens."""

    command: str
    folder: Path
    timeout: float
    network: tuple[str, ...]
    access: tuple[Access, ...]
    decision: Decision
    digests: tuple[tuple[str, str], ...]
    """SHA-256 of the workspace's files that the command names: an approval holds for these very files."""
    acts_on: tuple[str, ...] = ()
    """Clusters, accounts and engines it reaches, as they are now: an approval holds for these very ones."""
    reads_only: bool = False
    """Whether the built-in rules vouch that it changes nothing, whatever a policy allows on top."""

    def action(self, root: Path) -> Action:
        """The one form that is shown, approved, journalled and compared."""
        return Action(
            tool="bash",
            target=str(root),
            arguments={
                "command": self.command,
                "folder": str(self.folder),
                "timeout": self.timeout,
                "network": list(self.network),
                "access": list(self.access),
            },
            acts_on=list(self.acts_on),
            digests=dict(self.digests),
            what=_("Run in {folder}: {command}", folder=self.folder, command=self.command),
            undo=_("Nothing undoes a command by itself; version control keeps what was committed."),
        )


def intent_of(
    deps: Deps,
    command: str,
    folder: str,
    timeout: float,
    network: list[str],
    access: list[Access],
    unconfined: str | None,
) -> Intent:
    """The judged intent; `unconfined` is why no sandbox can be built here. Blocking: use it in a worker thread.

    Raises:
        WorkspaceError: the folder is not one of the workspace.
        DestinationError: a destination is not written as host:port.
    """
    place = deps.place.directory(folder)
    facts, problem = facts_of(deps, place)
    reasons = decide(command, facts).reasons + asked_for(access, network)
    if problem is not None:
        message = _("devops.yaml cannot be read, so nobody knows what is production: {problem}", problem=problem)
        reasons.append(Reason(rule="production.unreadable_brief", verdict="ask", message=message))
    if unconfined is not None:
        message = _("No sandbox can be built here ({why}): the command would run with your own rights.", why=unconfined)
        reasons.append(Reason(rule="confinement.unavailable", verdict="ask", message=message))
    decision = Decision.of(reasons)
    intent = Intent(
        command,
        place,
        timeout,
        tuple(network),
        tuple(access),
        decision,
        _digests(command, facts),
        acts_on(command, facts, tuple(access), os.environ),
        reads_only=decision.decision == "allow",
    )
    return _under_policy(intent, deps.guard, deps.place.root)


def _under_policy(intent: Intent, gate: Gate, root: Path) -> Intent:
    changes = intent.decision.decision != "allow"
    judged = gate.judge(intent.action(root), intent.decision, changes=changes)
    return replace(intent, decision=judged)


def _digests(command: str, facts: Facts) -> tuple[tuple[str, str], ...]:
    try:
        script = parse(command)
    except UnreadableError:
        return ()
    found: dict[str, str] = {}
    for word in (word for simple in script.commands for word in simple.words):
        text = literal(word, facts)
        if not text or "\n" in text or len(text) > 4096:
            continue
        path = Path(facts.folder, text)
        with suppress(OSError, UnicodeEncodeError):  # a word that cannot be the name of a file
            if path.is_file() and path.resolve().is_relative_to(facts.workspace):
                small = path.stat().st_size <= LARGEST_SCRIPT
                found |= {text: hashlib.sha256(path.read_bytes()).hexdigest()} if small else {}
    return tuple(sorted(found.items()))
