"""Adds to a delivery what its repository's migrations mean for it."""

import anyio.to_thread

from tools.brief import Brief
from tools.context import Deps
from tools.delivery import Delivery, combine
from tools.pipelines.image import is_deployed


async def with_migrations(deps: Deps, path: str, brief: Brief, delivery: Delivery) -> Delivery:
    """`delivery` with the risks and the decision that the migrations below `path` bring."""
    if not any(is_deployed(each) for each in brief.context.components):
        return delivery
    # The readers are not needed to start.
    from tools.migrations.advise import advise  # noqa: PLC0415
    from tools.migrations.pending import added, pending  # noqa: PLC0415
    from tools.migrations.read import found, read  # noqa: PLC0415
    from tools.stacks.tree import Tree  # noqa: PLC0415

    root = deps.place.directory(path)
    tree = await anyio.to_thread.run_sync(Tree.of, root)
    every = await anyio.to_thread.run_sync(found, tree)
    if not every:
        return delivery
    chosen = pending(every, await added(root, brief.context.default_branch))
    migrations = await anyio.to_thread.run_sync(read, tree, chosen.paths)
    return combine([delivery, advise(brief, migrations, known=chosen.known)])
