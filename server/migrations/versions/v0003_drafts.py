"""Unfinished changes of private checkouts."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.execute(
        """
        CREATE TABLE drafts (
          who TEXT NOT NULL,
          url TEXT NOT NULL,
          revision TEXT NOT NULL,
          base TEXT NOT NULL,
          version INTEGER NOT NULL,
          patch TEXT NOT NULL,
          updated DOUBLE PRECISION NOT NULL,
          pushed TEXT NOT NULL,
          branch TEXT NOT NULL,
          seal TEXT NOT NULL,
          PRIMARY KEY (who, url, revision)
        )
        """
    )


def downgrade() -> None:
    """There is no way back: changes that nobody has handed in would be lost."""
    raise NotImplementedError("unfinished changes would be lost; restore a backup instead")
