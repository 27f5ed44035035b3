"""Where a configuration keeps its state, read as the program does: against a mistaken one everything is new."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from resources.catalogue import _
from tools.guard.errors import ExpectedError
from tools.terraform.hcl import Block, Sources

OVERRIDE = "zz_astreinte_override.tf"
ENDINGS = (".tofu.json", ".tf.json", ".tofu", ".tf")


class BackendUnknownError(ExpectedError):
    """Nobody knows where the state is; a plan against another one would create everything anew."""


@dataclass(frozen=True)
class Backend:
    """Its type; for the local one its own `path` and `workspace_dir`, None where the configuration says nothing."""

    kind: str = "local"
    path: str | None = None
    workspace_dir: str | None = None


def backend_of(sources: Sources, folder: str, program: str) -> Backend:
    """The backend of the root module at `folder`, relative to the sources' root, as `program` would choose it.

    Raises:
        BackendUnknownError: a file of the module cannot be read, or the local backend's place is computed.
    """
    here = [each for each in sources.files if _parent(each) == folder and _ending(each)]
    loaded = loaded_files(here, program)
    unread = [each.path for each in sources.broken if each.path in loaded]
    if unread:
        raise BackendUnknownError(
            _("The backend may stand in a file that cannot be read: {names}.", names=", ".join(unread[:5])),
            _("Without it the plan could be made against an empty state. Repair the file, or make it smaller."),
        )
    chosen: Block | None = None
    for file in loaded:  # the last one counts: overrides come after the others
        for outer in sources.blocks:
            if outer.file == file and outer.type == "terraform":
                chosen = next((each for each in outer.blocks if each.type in {"backend", "cloud"}), chosen)
    if chosen is None:
        return Backend()
    if chosen.type == "cloud":
        return Backend("cloud")
    kind = chosen.labels[0] if chosen.labels else "?"
    return Backend(kind, _said(chosen, "path"), _said(chosen, "workspace_dir")) if kind == "local" else Backend(kind)


def loaded_files(names: Iterable[str], program: str) -> list[str]:
    """Those that `program` loads of one directory, in its order: overrides last. Pure."""
    kept = [each for each in names if _counts(PurePosixPath(each).name)]
    if program == "terraform":
        kept = [each for each in kept if ".tofu" not in _ending(each)]
    else:  # OpenTofu leaves x.tf where there is x.tofu
        kept = [each for each in kept if ".tofu" in _ending(each) or _for_tofu(each) not in kept]
    return sorted(kept, key=lambda each: (is_override(each), each))


def is_override(name: str) -> bool:
    """Whether the file is merged over the others."""
    stem = PurePosixPath(name).name.removesuffix(_ending(name))
    return stem == "override" or stem.endswith("_override")


def last_override(names: Iterable[str]) -> str:
    """The name of an override that is read after every one of `names`. Pure."""
    highest = max((PurePosixPath(each).name for each in names if is_override(each)), default="")
    # What starts with another name and goes on comes after it.
    return OVERRIDE if highest < OVERRIDE else f"{highest}_override.tf"


def _said(block: Block, name: str) -> str | None:
    if name not in block.attributes or block.attributes[name] is None:
        return None
    found = block.literal(name)
    if found is None:
        raise BackendUnknownError(
            _("The local backend's {name} is computed, so nobody knows which state is meant.", name=name),
            _("Write it as plain text."),
        )
    return found or None


def _ending(name: str) -> str:
    return next((each for each in ENDINGS if name.endswith(each)), "")


def _for_tofu(name: str) -> str:
    ending = _ending(name)
    return name.removesuffix(ending) + ending.replace(".tf", ".tofu")


def _parent(name: str) -> str:
    return PurePosixPath(name).parent.as_posix()


def _counts(name: str) -> bool:
    return not name.startswith(".") and not name.endswith("~") and not (name.startswith("#") and name.endswith("#"))
