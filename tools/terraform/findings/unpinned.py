"""Providers and modules whose next version arrives by itself."""

import re
from collections.abc import Iterator

from resources.catalogue import _
from tools.terraform.hcl import Expression
from tools.terraform.inspect_report import InspectFinding
from tools.terraform.module_folder import ModuleFolder

_BOUNDED = re.compile(r"~>|<|(?:^|,)\s*=?\s*v?\d")
_MOVING = frozenset({"main", "master", "develop", "dev", "trunk", "head", "latest"})
_BUILT_IN = frozenset({"terraform"})


def check(folder: ModuleFolder) -> Iterator[InspectFinding]:
    """Providers count less where a lock file stands; modules have no lock file."""
    yield from _providers(folder)
    yield from _modules(folder)


def is_bounded(constraint: str) -> bool:
    """Whether a version constraint keeps the next major version out."""
    return _BOUNDED.search(constraint) is not None


def _providers(folder: ModuleFolder) -> Iterator[InspectFinding]:
    required: set[str] = set()
    for block in folder.settings("required_providers"):
        for name, given in block.attributes.items():
            required.add(name)
            constraint = given.get("version") if isinstance(given, dict) else given
            if isinstance(constraint, Expression) or (isinstance(constraint, str) and is_bounded(constraint)):
                continue
            yield InspectFinding(
                rule="unpinned_provider",
                level="low" if folder.has_lock or not folder.is_root else "medium",
                file=block.file,
                line=block.lines.get(name),
                address=f"provider.{name}",
                message=_("The next major version of this provider would be taken by itself."),
                suggestion='version = "~> X.Y"',
            )
    if folder.incomplete:
        return
    used = {resource.labels[0].split("_")[0]: resource for resource in reversed(folder.resources())}
    configured = {block.labels[0]: block for block in reversed(folder.of("provider")) if block.labels}
    for name, block in sorted({**used, **configured}.items()):
        if name in required or name in _BUILT_IN or not folder.is_root:
            continue
        if name in used and any(_is_alias(block.attributes.get("provider")) for block in folder.resources()):
            continue
        given = configured[name].literal("version") if name in configured else None
        if given and is_bounded(given):
            continue
        yield InspectFinding(
            rule="unpinned_provider",
            level="low" if folder.has_lock else "medium",
            file=block.file,
            line=block.line,
            address=f"provider.{name}",
            message=_("This provider stands in no required_providers block: any version would be taken."),
            suggestion=f'required_providers {{ {name} = {{ source = "…/{name}", version = "~> X.Y" }} }}',
        )


def _is_alias(found: object) -> bool:
    # `provider = google-beta` takes the provider from the attribute, not from the type's name.
    return isinstance(found, Expression) and "-" in found.text.split(".")[0]


def _modules(folder: ModuleFolder) -> Iterator[InspectFinding]:
    for call in folder.of("module"):
        source = call.literal("source")
        if not source or source.startswith(("./", "../", "/")):
            continue
        reason = _moving(source, call.attributes.get("version"))
        if reason:
            yield InspectFinding(
                rule="unpinned_module",
                level="medium",
                file=call.file,
                line=call.lines.get("source") or call.line,
                address=f"module.{call.labels[0] if call.labels else '?'}",
                message=reason,
                suggestion="?ref=<tag or commit>" if _is_remote(source) else 'version = "~> X.Y"',
            )


def _is_remote(source: str) -> bool:
    return "::" in source or "://" in source or source.startswith(("git@", "github.com/", "bitbucket.org/"))


def _moving(source: str, version: object) -> str | None:
    if _is_remote(source):
        ref = re.search(r"[?&]ref=([^&]+)", source)
        if ref is None:
            archive = re.search(r"\.(?:zip|tar\.gz|tgz|tar\.bz2|tar\.xz)(?:$|[?/])", source)
            fixed = source.startswith(("s3::", "gcs::", "hg::")) or archive
            return None if fixed else _("This module is taken from a branch that moves: no ref is given.")
        return (
            _("This module is taken from a branch that moves: {ref}.", ref=ref[1])
            if ref[1].lower() in _MOVING
            else None
        )
    if isinstance(version, Expression) or (isinstance(version, str) and is_bounded(version)):
        return None
    return _("The next major version of this module would be taken by itself.")
