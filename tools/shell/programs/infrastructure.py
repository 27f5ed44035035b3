"""Rules of Terraform, OpenTofu, Ansible and their kin."""

import re
from dataclasses import replace
from itertools import takewhile

from resources.catalogue import _
from tools.guard.decision import Reason
from tools.shell.call import Call
from tools.shell.options import options

_READS: dict[str, str] = {
    "version": "-json", "validate": "-json -no-color -no-tests -test-directory@", "providers": "", "graph": "-type= -draw-cycles -plan@",
    "get": "!", "metadata": "-json", "help": "", "-help": "", "modules": "-json",
}  # fmt: skip
_VERBS = {"state list", "workspace list", "workspace show", "providers schema", "state ls", "metadata functions"}
_REVEALS = {"output", "show", "console", "state show", "state pull", "plan"}


def terraform(call: Call, _document: str | None) -> list[Reason]:
    """terraform and tofu."""
    texts = [each.text for each in call.arguments]
    chdir = [each for each in call.arguments if each.text.startswith("-chdir=")]
    folders = [each.__class__(each.text[7:], each.start, each.end) for each in chdir]
    reasons = call.read_paths(folders)
    # The providers of that folder would run, and its settings say where state lies.
    reasons += [reason for each in folders if call.kind(each) != "inside" for reason in call.unknown(each)]
    words = [each for each in call.arguments if each not in chdir]
    if not words or texts in (["--version"], ["-version"], ["-v"], ["-help"], ["--help"]):
        return reasons + call.reads()
    if any(each.loose or not each.known for each in words):
        return reasons + call.unknown()
    name = words[0].text
    pair = " ".join(each.text for each in words[:2])
    rest = [each.text for each in words[1:]]
    if name == "fmt":
        dry = bool({"-check", "-write=false"} & set(rest)) and not any(
            re.fullmatch(r"--?(?:write(?!=false).*|check=.*)", text) for text in rest
        )
        paths = [each for each in words[1:] if not each.text.startswith("-")]
        return reasons + (
            call.read_paths(paths) or call.reads("terraform.fmt")
            if dry
            else call.changes("files.write", _("{program} changes files.", program="terraform fmt"))
        )
    if name in _READS and name != "get":
        parsed = call.of("terraform", tuple(words[1:])).parse(options(_READS[name], single_dash=True))
        odd = [*parsed.unknown, *(parsed.operands if name != "help" else [])]
        odd += [each for each in parsed.files if call.kind(each) != "inside"]
        return reasons + (call.unknown(odd[0]) if odd else call.reads(f"terraform.{name}"))
    if pair in _VERBS:
        states = [
            each.__class__(each.text[7:], each.start, each.end) for each in words if each.text.startswith("-state=")
        ]
        reasons += call.read_paths([each for each in states if call.kind(each) != "sensitive" or ".." in each.text])
        return reasons + call.reads(f"terraform.{pair.replace(' ', '_')}")
    if pair == "state pull":
        return call.refuses("secrets.state", _("The state holds secrets in clear."))
    if name in _REVEALS or pair in _REVEALS:
        return reasons + call.changes(
            f"terraform.{name}", _("It runs code of the configuration, or shows values that may be secret.")
        )
    if name == "force-unlock":
        return reasons + call.changes("terraform.force_unlock", _("It breaks a lock that somebody may still hold."))
    if name in {"apply", "destroy"} and any(text.startswith(("-auto-approve", "--auto-approve")) for text in rest):
        reasons += call.changes(
            "terraform.auto_approve", _("Nobody would see the plan: use plan_terraform and apply_terraform.")
        )
    return reasons + call.changes(
        f"terraform.{name}" if re.fullmatch(r"[a-z-]+", name) else "terraform.unknown",
        _("terraform {name} changes infrastructure, state or this folder.", name=name),
    )


def others(call: Call, _document: str | None) -> list[Reason]:
    """terragrunt, ansible, packer, pulumi, vault, consul, tflint, checkov…"""
    texts = [each.text for each in call.arguments]
    words = [text for text in texts if not text.startswith("-")]
    if texts in (["--version"], ["version"], ["-version"], ["-v"], ["--help"]):
        return call.reads()
    if call.program == "vault" and words[:1] in (
        ["read"],
        ["kv"],
        ["print"],
        ["token"],
        ["login"],
        ["unwrap"],
        ["operator"],
    ):
        return call.refuses("secrets.vault", _("It shows or stores credentials."))
    if call.program in {
        "sops",
        "age",
        "gpg",
        "gpg2",
        "pass",
        "ansible-vault",
        "op",
        "bw",
        "security",
        "keyctl",
        "secret-tool",
        "lpass",
        "chamber",
        "aws-vault",
        "gopass",
    }:
        decrypts = re.search(
            r"decrypt|-d\b|--decrypt|export-secret|view|show|get|edit|find-|dump|exec|read|print|lookup|search",
            " ".join(texts),
        )
        if decrypts or call.program in {"pass", "security", "op", "lpass", "bw", "keyctl", "secret-tool", "gopass"}:
            return call.refuses("secrets.vault", _("It shows or stores credentials."))
        return call.changes(f"{call.program}.run", _("{program} may send or change something.", program=call.program))
    # The others run plugins and rules that the project's own settings name.
    reading = {"tfsec": set(), "infracost": set(), "nomad": {"status"}, "consul": {"members"}}
    words = list(takewhile(lambda text: not text.startswith("-"), texts))  # further on a word may be a value
    allowed = reading.get(call.program, set())
    named = [replace(each, text=each.text.rpartition("=")[2]) for each in call.arguments]
    if foreign := [each for each in named if "/" in each.text and call.kind(each) != "inside"]:
        return call.read_paths(foreign) + call.unknown(foreign[0])
    if all(each.known for each in call.arguments) and words and words[0] in allowed:
        return (
            call.read_paths([each for each in call.arguments if "/" in each.text and not each.text.startswith("-")])
            or call.reads()
        )
    return call.changes(f"{call.program}.change", _("{program} may send or change something.", program=call.program))
