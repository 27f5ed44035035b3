"""Decides whether making a plan may go ahead at once: it runs providers, and sometimes much more."""

import os
import posixpath
import re
from pathlib import Path

from resources.catalogue import _
from tools.context import Deps
from tools.guard.decision import Decision, Reason
from tools.shell.surroundings import facts_of
from tools.terraform.hcl import Block, Expression, Sources
from tools.terraform.module_folder import ModuleFolder
from tools.terraform.program import credentials_here

# Providers that reach nothing outside, by source; the others are asked for their credentials, or about themselves.
INNER = frozenset({"terraform", "random", "null", "time", "local", "tls", "archive", "cloudinit"})
# Publishers whose providers HashiCorp signs, and that answer for them.
PUBLISHERS = frozenset({"hashicorp", "terraform.io", "builtin"})
REGISTRIES = frozenset({"registry.terraform.io", "registry.opentofu.org", "terraform.io"})
RUNS_CODE = {"external": "data external", "http": "data http", "shell_script": "shell_script"}
_FUNCTIONS = r"\b(file|filebase64|fileset|templatefile|filesha\d+|filebase64sha\d+|filemd5|pathexpand)\s*\(\s*"
_READS = re.compile(_FUNCTIONS + r"\"([^\"]*)")
_COMPUTED = re.compile(_FUNCTIONS + r"[^\"\s][^,)]{0,60}")
_HERE = re.compile(r"^\$\{path\.(module|root|cwd)\}/?")
_REMOTE = re.compile(r"^(\.\.?/)")


def reasons_for_plan(sources: Sources, modules: list[ModuleFolder]) -> list[Reason]:
    """Why a person must decide about a plan of these sources; only `allow` when nothing speaks against it."""
    reasons = [Reason(rule="terraform.plan", verdict="allow", message=_("A plan changes nothing by itself."))]
    code = sorted({RUNS_CODE[each.labels[0]] for each in sources.blocks if _runs_code(each)})
    if code:
        message = _("It runs code or calls addresses while it plans: {what}.", what=", ".join(code))
        reasons.append(Reason(rule="terraform.runs_code", verdict="ask", message=message))
    remote = sorted({source for part in modules for source in _remote_modules(part)})
    if remote:
        message = _(
            "Modules from elsewhere are downloaded, and nobody has read them: {names}.", names=", ".join(remote[:5])
        )
        reasons.append(Reason(rule="terraform.remote_module", verdict="ask", message=message))
    strangers = sorted({source for part in modules for source in _strangers(part)})
    if strangers:
        message = _("Providers of other publishers run here: {names}.", names=", ".join(strangers[:5]))
        reasons.append(Reason(rule="terraform.provider", verdict="ask", message=message))
    outside = sorted({path for block in sources.blocks for path in _outside(block)})
    if outside:
        message = _("It reads files outside its folder: {names}.", names=", ".join(outside[:5]))
        reasons.append(Reason(rule="terraform.reads_outside", verdict="ask", message=message))
    if sources.broken:
        message = _("Files that could not be read were not judged: {names}.",
                    names=", ".join(each.path for each in sources.broken[:5]))  # fmt: skip
        reasons.append(Reason(rule="terraform.unreadable", verdict="ask", message=message))
    if sources.left_out:
        message = _("{count} files were too many to read, and were not judged.", count=sources.left_out)
        reasons.append(Reason(rule="terraform.unreadable", verdict="ask", message=message))
    if needs_credentials(modules) and (found := credentials_here(os.environ, Path.home())):
        message = _("It is run with your credentials: {names}.", names=", ".join(found[:8]))
        reasons.append(Reason(rule="terraform.credentials", verdict="ask", message=message))
    return reasons


def target_reasons(deps: Deps, folder: Path, workspace: str, *, changes: bool) -> list[Reason]:
    """What `devops.yaml` says of the workspace: protected, or none that it names. Blocking."""
    facts, problem = facts_of(deps, folder)
    reasons: list[Reason] = []
    if problem is not None:
        message = _("devops.yaml cannot be read, so nobody knows what is production: {problem}", problem=problem)
        reasons.append(Reason(rule="production.unreadable_brief", verdict="ask", message=message))
    pinned = [each for each in facts.targets if each.kind == "terraform_workspace"]
    named = [each for each in pinned if each.value == workspace]
    if any(each.protected for each in named):
        message = _("The workspace {name} is a protected environment.", name=workspace)
        reasons.append(Reason(rule="production.protected_target", verdict="ask", message=message))
    if pinned and not named and changes:
        message = _("The workspace {name} is none that devops.yaml names.", name=workspace)
        reasons.append(Reason(rule="production.other_target", verdict="deny", message=message))
    return reasons


def needs_credentials(modules: list[ModuleFolder]) -> bool:
    """Whether anything in the modules reaches a cloud, a remote backend or a registry."""
    kinds = {
        label.split("_")[0] for part in modules for each in part.blocks if each.type in {"resource", "data"}
        for label in each.labels[:1]
    }  # fmt: skip
    configured = {each.labels[0] for part in modules for each in part.of("provider") if each.labels}
    backends = {each.labels[0] for part in modules for each in part.settings("backend") if each.labels} - {"local"}
    cloud = any(part.settings("cloud") for part in modules)
    return bool((kinds | configured) - INNER or backends or cloud)


def decide(reasons: list[Reason]) -> Decision:
    """The strictest of them."""
    return Decision.of(reasons)


def _runs_code(block: Block) -> bool:
    return block.type in {"data", "resource"} and bool(block.labels) and block.labels[0] in RUNS_CODE


def _remote_modules(part: ModuleFolder) -> list[str]:
    sources = [each.literal("source") or "?" for each in part.of("module")]
    return [each for each in sources if not _REMOTE.match(each)]


def _strangers(part: ModuleFolder) -> list[str]:
    found: list[str] = []
    for block in part.settings("required_providers"):
        for name, value in block.attributes.items():
            source = value.get("source") if isinstance(value, dict) else None
            text = source if isinstance(source, str) else f"hashicorp/{name}"
            publisher = text.split("/")[-2] if "/" in text else "hashicorp"
            host = text.split("/")[0] if text.count("/") == 2 else "registry.terraform.io"
            if publisher not in PUBLISHERS or host not in {
                "registry.terraform.io",
                "registry.opentofu.org",
                "terraform.io",
            }:
                found.append(text)
    return found


def _outside(block: Block) -> list[str]:
    found: list[str] = []
    here = posixpath.dirname(block.file)
    for value in _texts(block):
        found += [each.group(0) for each in _COMPUTED.finditer(value)]
        for _function, path in _READS.findall(value):
            plain = _HERE.sub("", path)
            place = posixpath.normpath(posixpath.join(here, plain))
            if plain.startswith(("/", "~", "${")) or place == ".." or place.startswith("../"):
                found.append(path)
    return found


def _texts(block: Block) -> list[str]:
    texts = [each for value in block.attributes.values() for each in _strings(value)]
    return [*texts, *(each for inner in block.blocks for each in _texts(inner))]


def _strings(value: object) -> list[str]:
    if isinstance(value, Expression):
        return [value.text]
    if isinstance(value, dict):
        return [text for each in value.values() for text in _strings(each)]
    if isinstance(value, list):
        return [text for each in value for text in _strings(each)]
    return []
