"""The policy: what a team allows, asks or denies on top of the built-in rules, never weaker than they are.

`policy.toml` lives in the state directory (the person's) and may also stand in the workspace, where it can
only be stricter: a repository must not loosen the guard that judges it.
"""

import fnmatch
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from resources.catalogue import _
from tools.guard.decision import STRICTNESS, Decision, Reason, Verdict
from tools.guard.errors import ExpectedError
from tools.model import Model

FILE_NAME = "policy.toml"
WORKSPACE_FILE = f".astreinte/{FILE_NAME}"
ALWAYS_ASKED = ("production.", "files.agent_limits", "files.secret", "terraform.apply", "confinement.unavailable")
"""Rules that no policy turns into `allow`: production, what limits the agent, secrets, applying a plan, no walls."""
Mode = Literal["read-only", "guarded"]


class PolicyError(ExpectedError):
    """A policy file cannot be understood. Nothing runs under a policy that nobody can read."""


class Rule(Model):
    """One line of a policy. Patterns are shell-style (`*`, `?`); a rule holds when every given pattern matches."""

    verdict: Verdict
    tool: str = Field(default="*", description="Tool name, for example bash.")
    rule: str = Field(default="*", description="Identifier of the rule that judged the action, for example git.push.")
    target: str = Field(default="*", description="What it acts on: a path, or kind:name as in kube_context:prod*.")
    command: str = Field(default="*", description="The judged simple command's own text.")
    reason: str = ""


class Policy(Model):
    """A whole policy file."""

    mode: Mode = "guarded"
    rules: list[Rule] = []

    def judge(self, decision: Decision, *, tool: str, targets: Sequence[str], changes: bool) -> Decision:
        """`decision` after this policy's word.

        A built-in `deny` stands. A rule may turn a built-in `ask` into `allow` or `deny`, and `allow` into `ask`
        or `deny`; among matching rules the strictest speaks. `read-only` denies whatever changes something.
        """
        if decision.decision == "deny":
            return decision
        if self.mode == "read-only" and changes:
            message = _("The policy is read-only: nothing that changes state may run.")
            return Decision.of([*decision.reasons, Reason(rule="policy.read_only", verdict="deny", message=message)])
        judged = [self._reason(reason, tool, targets) for reason in decision.reasons] or [
            self._reason(Reason(rule=tool, verdict=decision.decision, message=""), tool, targets)
        ]
        return Decision.of(judged)

    def stricter(self, other: "Policy") -> "Policy":
        """This policy with `other` laid over it, of which only what is stricter counts."""
        mode: Mode = "read-only" if "read-only" in {self.mode, other.mode} else "guarded"
        return Policy(mode=mode, rules=[*self.rules, *(rule for rule in other.rules if rule.verdict != "allow")])

    def _reason(self, reason: Reason, tool: str, targets: Sequence[str]) -> Reason:
        matching = [rule for rule in self.rules if _matches(rule, reason, tool, targets)]
        if not matching:
            return reason
        rule = max(matching, key=lambda each: STRICTNESS[each.verdict])
        if reason.rule.startswith(ALWAYS_ASKED) and rule.verdict == "allow":
            return reason
        message = rule.reason or reason.message
        told = _("{message} (policy: {verdict})", message=message, verdict=rule.verdict)
        return reason.model_copy(update={"verdict": rule.verdict, "message": told})


def read_policy(path: Path) -> Policy:
    """The policy in `path`; the default one when there is no such file.

    Raises:
        PolicyError: the file is not valid TOML, or has a field or value that does not exist.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Policy()
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(_("The policy {path} cannot be read: {reason}.", path=path, reason=error)) from error
    try:
        return Policy.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(_("The policy {path} is not valid TOML: {reason}.", path=path, reason=error)) from error
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise PolicyError(_("The policy {path} is not acceptable: {reason}.", path=path, reason=told)) from error


def _matches(rule: Rule, reason: Reason, tool: str, targets: Sequence[str]) -> bool:
    command = reason.span.text if reason.span else ""
    # An `allow` on a command's text must cover all of it: `git *` must not let `git x; rm y` through, and the
    # span is one simple command, so it cannot.
    return (
        fnmatch.fnmatchcase(tool, rule.tool)
        and fnmatch.fnmatchcase(reason.rule, rule.rule)
        and fnmatch.fnmatchcase(command, rule.command)
        and _covers(rule, targets)
    )


def _covers(rule: Rule, targets: Sequence[str]) -> bool:
    """Whether the rule speaks of these targets: an `allow` must cover all that lie beyond the machine, others any.

    A target that is known only when the command runs (`kube_context:?`) may be the one that others forbid.
    """
    beyond = targets[1:]
    if rule.verdict == "allow" and beyond:
        return all(fnmatch.fnmatchcase(target, rule.target) for target in beyond)
    return any(
        fnmatch.fnmatchcase(target, rule.target)
        or (target.endswith(":?") and rule.target.startswith(target.removesuffix("?")))
        for target in targets
    )
