"""Alembic's entry: every step of one upgrade runs in one transaction on the connection it was given."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
