"""A policy speaks on top of the built-in rules and is never weaker than their denials."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.guard.decision import STRICTNESS, Decision, Reason, Span, Verdict
from tools.guard.policy import Policy, PolicyError, Rule, read_policy

verdicts = st.sampled_from(["allow", "ask", "deny"])
names = st.sampled_from(["git.push", "git.status", "shell.dynamic_program", "unknown"])
reasons = st.builds(
    Reason,
    rule=names,
    verdict=verdicts,
    message=st.just("m"),
    span=st.none() | st.builds(Span, start=st.just(0), end=st.just(3), text=st.sampled_from(["git push", "rm -rf ."])),
)
patterns = st.sampled_from(["*", "git.*", "bash", "write", "git push*", "unknown"])
rules = st.builds(Rule, verdict=verdicts, tool=patterns, rule=patterns, target=patterns, command=patterns)
policies = st.builds(Policy, mode=st.sampled_from(["guarded", "read-only"]), rules=st.lists(rules, max_size=6))


@given(policies, st.lists(reasons, max_size=4), st.booleans())
def test_no_policy_weakens_a_built_in_denial(policy: Policy, judged: list[Reason], changes: bool) -> None:
    decision = Decision.of([*judged, Reason(rule="x", verdict="deny", message="no")])
    assert policy.judge(decision, tool="bash", targets=["/p"], changes=changes).decision == "deny"


@given(policies, policies, st.lists(reasons, min_size=1, max_size=4), st.booleans())
def test_a_workspace_policy_only_makes_things_stricter(
    own: Policy, repository: Policy, judged: list[Reason], changes: bool
) -> None:
    decision = Decision.of(judged)
    alone = own.judge(decision, tool="bash", targets=["/p"], changes=changes).decision
    both = own.stricter(repository).judge(decision, tool="bash", targets=["/p"], changes=changes).decision
    assert STRICTNESS[both] >= STRICTNESS[alone]


@pytest.mark.parametrize(("verdict", "expected"), [("allow", "allow"), ("ask", "ask"), ("deny", "deny")])
def test_a_rule_decides_an_action_that_would_ask(verdict: Verdict, expected: Verdict) -> None:
    policy = Policy(rules=[Rule(verdict=verdict, rule="git.push")])
    decision = Decision.of([Reason(rule="git.push", verdict="ask", message="pushes")])
    assert policy.judge(decision, tool="bash", targets=["/p"], changes=True).decision == expected


@pytest.mark.parametrize("name", ["production.kubectl", "files.agent_limits", "files.secret"])
def test_no_policy_spares_a_person_the_question_about_production(name: str) -> None:
    policy = Policy(rules=[Rule(verdict="allow")])
    decision = Decision.of([Reason(rule=name, verdict="ask", message="m")])
    assert policy.judge(decision, tool="bash", targets=["/p"], changes=True).decision == "ask"


def test_an_allowed_piece_does_not_vouch_for_its_neighbour() -> None:
    policy = Policy(rules=[Rule(verdict="allow", rule="git.push")])
    pieces = [Reason(rule=name, verdict="ask", message=name) for name in ("git.push", "coreutils.rm")]
    assert policy.judge(Decision.of(pieces), tool="bash", targets=["/p"], changes=True).decision == "ask"


def test_read_only_denies_whatever_changes_something() -> None:
    reads = Decision.of([Reason(rule="git.status", verdict="allow", message="reads")])
    policy = Policy(mode="read-only")
    assert policy.judge(reads, tool="bash", targets=["/p"], changes=False).decision == "allow"
    assert policy.judge(reads, tool="bash", targets=["/p"], changes=True).decision == "deny"


@pytest.mark.parametrize(
    "text", ["mode = 'open'", "mod = 'guarded'", "[[rules]]\nverdict = 'maybe'", "= broken", "\udcff"]
)
def test_a_policy_that_cannot_be_understood_is_an_error_not_a_default(tmp_path: Path, text: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(PolicyError):
        read_policy(path)


def test_without_a_file_the_policy_is_guarded(tmp_path: Path) -> None:
    assert read_policy(tmp_path / "policy.toml") == Policy(mode="guarded")


@pytest.mark.parametrize(
    ("verdict", "pattern", "targets", "expected"),
    [
        ("deny", "kube_context:prod*", ["/p", "kube_context:prod-eu"], "deny"),
        ("deny", "kube_context:prod*", ["/p", "kube_context:dev"], "ask"),
        ("deny", "kube_context:prod*", ["/p", "aws_profile:x", "kube_context:prod-eu"], "deny"),
        ("allow", "kube_context:dev", ["/p", "kube_context:dev"], "allow"),
        ("allow", "kube_context:dev", ["/p", "kube_context:dev", "kube_context:prod-eu"], "ask"),
        ("allow", "/p", ["/p", "kube_context:prod-eu"], "ask"),
        ("allow", "/p", ["/p"], "allow"),
    ],
)
def test_a_rule_for_a_target_covers_what_the_action_reaches(
    verdict: Verdict, pattern: str, targets: list[str], expected: Verdict
) -> None:
    policy = Policy(rules=[Rule(verdict=verdict, target=pattern)])
    decision = Decision.of([Reason(rule="kubectl.delete", verdict="ask", message="deletes")])
    assert policy.judge(decision, tool="bash", targets=targets, changes=True).decision == expected


def test_no_policy_lets_a_command_run_without_walls_unasked() -> None:
    policy = Policy(rules=[Rule(verdict="allow")])
    bare = Decision.of([Reason(rule="confinement.unavailable", verdict="ask", message="no sandbox")])
    assert policy.judge(bare, tool="bash", targets=["/p"], changes=True).decision == "ask"
