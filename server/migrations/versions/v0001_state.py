"""Journal, approvals, runs and the signs of life of processes."""

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = (
    """
    CREATE TABLE journal (
      seq BIGINT PRIMARY KEY,
      at TEXT NOT NULL,
      call TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('opened', 'closed')),
      body TEXT NOT NULL,
      previous TEXT NOT NULL UNIQUE,
      hash TEXT NOT NULL
    )
    """,
    "CREATE INDEX journal_call ON journal (call)",
    """
    CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$
    """,
    """
    CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()
    """,
    """
    CREATE TABLE approvals (
      id TEXT PRIMARY KEY,
      digest TEXT NOT NULL,
      request TEXT NOT NULL,
      created DOUBLE PRECISION NOT NULL,
      expires DOUBLE PRECISION NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'refused', 'used')),
      decided_by TEXT,
      decided DOUBLE PRECISION,
      reason TEXT,
      seal TEXT NOT NULL
    )
    """,
    "CREATE INDEX approvals_pending ON approvals (created) WHERE state = 'pending'",
    """
    CREATE TABLE runs (
      id TEXT PRIMARY KEY,
      key TEXT NOT NULL,
      tool TEXT NOT NULL,
      who TEXT NOT NULL,
      state TEXT NOT NULL
        CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
      created DOUBLE PRECISION NOT NULL,
      ended DOUBLE PRECISION,
      done DOUBLE PRECISION NOT NULL,
      total DOUBLE PRECISION,
      cancelled INTEGER NOT NULL,
      result TEXT,
      error TEXT,
      owner TEXT NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX runs_one_at_a_time ON runs (key) WHERE state IN ('queued', 'running')",
    "CREATE INDEX runs_created ON runs (created)",
    """
    CREATE TABLE run_lines (
      run TEXT NOT NULL,
      number INTEGER NOT NULL,
      text TEXT NOT NULL,
      PRIMARY KEY (run, number)
    )
    """,
    "CREATE TABLE instances (id TEXT PRIMARY KEY, seen TIMESTAMPTZ NOT NULL)",
)


def upgrade() -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """There is no way back: the journal is not to be dropped."""
    raise NotImplementedError("the journal is not to be dropped; restore a backup instead")
