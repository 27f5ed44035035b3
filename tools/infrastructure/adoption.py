"""`moved` and `import` blocks: what exists already is renamed or adopted, never made a second time."""

import re
from collections.abc import Mapping, Sequence

from resources.catalogue import _
from tools.delivery import File
from tools.infrastructure.layout import Layout, address_of
from tools.infrastructure.module import ROOT, tf
from tools.infrastructure.problems import AddressError

_KEY = r'(?:\[(?:\d+|"[^"\\$%\[\]]*")\])?'
_ADDRESS = re.compile(rf"(?:module\.[A-Za-z_][\w-]*{_KEY}\.)*[a-z][a-z0-9_]*\.[A-Za-z_][\w-]*{_KEY}")


def adoption(
    layout: Layout, environments: Sequence[str], moved: Mapping[str, str], imports: Mapping[str, Mapping[str, str]]
) -> list[File]:
    """The blocks, in every root for what moved, and in the environment's own for what is imported.

    Raises:
        AddressError: an address is none, or an environment is unknown.
    """
    for address in [*moved, *moved.values(), *(each for told in imports.values() for each in told)]:
        if not _ADDRESS.fullmatch(address):
            raise AddressError(
                _("{address} is not the address of a resource.", address=address),
                _("Write it as terraform state list does, for example module.database.aws_db_instance.main."),
            )
    strange = sorted(set(imports) - set(environments))
    if strange:
        raise AddressError(
            _("imports names no environment of the brief: {names}.", names=", ".join(strange)),
            _("Use one of: {names}.", names=", ".join(environments)),
        )
    if layout == "workspaces" and imports:
        raise AddressError(
            _("With workspaces an import block would run for every environment."),
            _("Use layout: directories, or `terraform import` in the right workspace."),
        )
    folders = [ROOT] if layout == "workspaces" else [f"{ROOT}/environments/{name}" for name in environments]
    made: list[File] = []
    if moved:
        pairs = [(address_of(old), address_of(new)) for old, new in moved.items()]
        content = tf("root/moved.tf.j2", pairs=pairs)
        made += [
            File(path=f"{folder}/moved.tf", content=content, purpose=_("What got another name is not replaced."))
            for folder in folders
        ]
    for name, told in imports.items():
        pairs = [(address_of(address), identity) for address, identity in told.items()]
        purpose = _("Adopts what exists in {name}; delete it after the apply.", name=name)
        path = f"{ROOT}/environments/{name}/imports.tf"
        made.append(File(path=path, content=tf("root/imports.tf.j2", pairs=pairs), purpose=purpose))
    return made
