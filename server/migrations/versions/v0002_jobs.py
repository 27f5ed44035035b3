"""The queue, as procrastinate 3.10 makes it."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make procrastinate's tables and functions; `%` is for the driver, which would take it for a placeholder."""
    connection = op.get_bind()
    connection.connection.cursor().execute(SchemaManager.get_schema())


def downgrade() -> None:
    """There is no way back: jobs would be lost."""
    raise NotImplementedError("jobs would be lost; restore a backup instead")
