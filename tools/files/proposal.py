"""A change of one file before it is made: what it replaces, what it leaves, and what the guard thinks of it."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from resources.catalogue import _
from tools.files.diff import Diff, unified
from tools.files.ignored import is_unversioned
from tools.files.text_form import decoded
from tools.files.write_rules import judge_path
from tools.guard.action import Action
from tools.guard.decision import Decision, Reason
from tools.guard.errors import UnreadableFileError
from tools.guard.gate import Gate
from tools.guard.landing import LARGEST, Content
from tools.guard.own_files import is_own
from tools.guard.redact import MARK, Redactor
from tools.guard.workspace import Workspace

SHOWN_TO_PERSON = 3_000
LARGEST_REDACTED = 4 * 1024 * 1024
ABSENT = "absent"


@dataclass(frozen=True)
class Proposal:
    """Everything that decides the change. `before` and `after` are None where there is no file."""

    tool: str
    path: str
    before: Content | None
    after: Content | None
    diff: Diff
    reasons: tuple[Reason, ...]
    warnings: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, gate: Gate, workspace: Workspace, tool: str, path: str, before: Content | None, after: Content | None
    ) -> "Proposal":
        """The change of `path` from `before` to `after`, judged. Blocking: use it in a worker thread.

        Raises:
            UnreadableFileError: the new content is too large.
        """
        if after is not None and len(after.data) > LARGEST:
            raise UnreadableFileError(_("{path} would be too large: {size} bytes.", path=path, size=len(after.data)))
        reasons = [judge_path(path)]
        reasons += _guarded(gate, workspace.root / path, path)
        warnings: list[str] = []
        if after is not None:
            found, warnings = _secrets(gate.redactor, workspace, path, _text(before), _text(after))
            # What a restore brings back stood there already: a person may want it.
            reasons += (each.model_copy(update={"verdict": "ask"}) if tool == "restore" else each for each in found)
        diff = _diff(gate.redactor, path, _text(before), _text(after))
        return cls(tool, path, before, after, diff, tuple(reasons), tuple(warnings))

    def action(self, workspace: Workspace) -> Action:
        """The change as the guard sees it: bound to both contents."""
        return Action(
            tool=self.tool,
            target=str(workspace.root / self.path),
            arguments={"path": self.path, "mode": oct(self.after.mode) if self.after else None},
            digests={"before": _digest(self.before), "after": _digest(self.after)},
            what=self._what(),
            undo=_("One call of restore with path {path} brings the previous state back.", path=self.path),
        )

    def decision(self, gate: Gate, workspace: Workspace) -> Decision:
        """What the built-in rules and the policy say."""
        return gate.judge(self.action(workspace), Decision.of(list(self.reasons)), changes=True)

    def warned(self, warning: str) -> "Proposal":
        """The same change with one more warning."""
        return replace(self, warnings=(*self.warnings, warning))

    def _what(self) -> str:
        shown = self.diff.text[:SHOWN_TO_PERSON]
        cut = "\n…" if len(self.diff.text) > SHOWN_TO_PERSON or self.diff.truncated else ""
        counts = f"+{self.diff.added} -{self.diff.removed}"
        if self.after is None:
            told = _("Remove the file {path} ({counts} lines).", path=self.path, counts=counts)
        elif self.before is None:
            told = _("Create the file {path} ({counts} lines).", path=self.path, counts=counts)
        else:
            told = _("Change the file {path} ({counts} lines).", path=self.path, counts=counts)
        return f"{told}\n{shown}{cut}"


def _secrets(
    redactor: Redactor, workspace: Workspace, path: str, before: str, after: str
) -> tuple[list[Reason], list[str]]:
    """What the secrets and redaction marks that the change brings in mean."""
    reasons: list[Reason] = []
    warnings: list[str] = []
    if set(MARK.findall(after)) - set(MARK.findall(before)):
        message = _("The text contains redaction marks in place of the real values; writing them would destroy those.")
        reasons.append(Reason(rule="files.redaction_mark", verdict="deny", message=message))
    unversioned: bool | None = None
    for found in redactor.find(after):
        secret = after[found.start : found.end]
        if MARK.fullmatch(secret) or secret in before:
            continue
        where = {"rule": found.rule, "line": after.count("\n", 0, found.start) + 1, "path": path}
        if not found.certain:
            warnings.append(_("{path}:{line} looks like a secret ({rule}).", **where))
            continue
        if unversioned is None:
            unversioned = is_unversioned(workspace, path)
        message = (
            _("{path}:{line} holds a secret ({rule}); git ignores this file.", **where)
            if unversioned
            else _("{path}:{line} holds a secret ({rule}) and git keeps this file: use a reference instead.", **where)
        )
        reasons.append(Reason(rule="files.secret", verdict="ask" if unversioned else "deny", message=message))
    return reasons[:20], warnings[:20]


def _diff(redactor: Redactor, path: str, before: str, after: str) -> Diff:
    """The change as it may be shown. Secrets go before the comparison: a hunk may begin in the middle of a key."""
    if len(before) + len(after) <= LARGEST_REDACTED:
        shown = unified(path, redactor.text(before, keep_lines=True), redactor.text(after, keep_lines=True))
        if shown.text or before == after:
            return shown
        # Only a secret changed: how many lines is all that may be said.
        return unified(path, before, after)._replace(text="", truncated=True)
    plain = unified(path, before, after)
    return plain._replace(text=redactor.text(plain.text))


def _text(content: Content | None) -> str:
    return decoded(content.data)[0] if content else ""


def _digest(content: Content | None) -> str:
    return hashlib.sha256(content.data).hexdigest() if content else ABSENT


def _guarded(gate: Gate, path: Path, shown: str) -> list[Reason]:
    """Why nobody may write what keeps the guard's state, or is the guard."""
    if path.is_relative_to(gate.journal.state.directory):
        message = _("{path} belongs to the guard's own state.", path=shown)
    elif is_own(path):
        message = _(
            "{path} belongs to the program that guards you: install it outside the workspace, then change it there.",
            path=shown,
        )
    else:
        return []
    return [Reason(rule="files.guard_owned", verdict="deny", message=message)]
