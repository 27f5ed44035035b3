"""What is known of plans; their files are artefacts."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table."""
    op.execute(
        """
        CREATE TABLE plans (
          id TEXT PRIMARY KEY,
          made DOUBLE PRECISION NOT NULL,
          progress TEXT NOT NULL,
          record TEXT NOT NULL,
          seal TEXT NOT NULL
        )
        """
    )


def downgrade() -> None:
    """There is no way back: nobody would know any more which plans were applied."""
    raise NotImplementedError("which plans were applied would be forgotten; restore a backup instead")
