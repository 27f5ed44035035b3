"""Each migration tool's own words are read: what breaks the version that runs, what is lost, what only adds."""

import time
from pathlib import Path

import pytest

from tools.migrations.operation import Kind, Migration, settle
from tools.migrations.read import LONGEST, TOOLS, Tool, found, read, tool_of
from tools.migrations.sql import judge_sql
from tools.stacks.tree import Tree

ALEMBIC = """\
from alembic import op
import sqlalchemy as sa

def upgrade():
    op.create_table("tags", sa.Column("id", sa.Integer, nullable=False))
    op.add_column("orders", sa.Column("note", sa.Text))
    op.add_column("orders", sa.Column("state", sa.Text, nullable=False))
    op.add_column("orders", sa.Column("kind", sa.Text, nullable=False, server_default="a"))
    op.drop_column("orders", "total")
    op.alter_column("orders", "name", new_column_name="title")
    op.alter_column("orders", "price", type_=sa.Numeric())
    op.alter_column("orders", "title", nullable=False)
    op.create_index("i", "orders", ["a"])
    op.create_index("j", "orders", ["b"], postgresql_concurrently=True)
    op.create_foreign_key("f", "orders", "users", ["u"], ["id"])
    op.execute("UPDATE orders SET state = 'x'")
    with op.batch_alter_table("users") as batch_op:
        batch_op.drop_column("age")
    with op.batch_alter_table("tags") as batch_op:
        batch_op.drop_column("id")
    op.execute(make())

def downgrade():
    pass
"""
DJANGO = """\
from django.db import migrations, models

class Migration(migrations.Migration):
    operations = [
        migrations.CreateModel(name="Tag", fields=[]),
        migrations.RemoveField(model_name="order", name="total"),
        migrations.AddField(model_name="order", name="note", field=models.TextField(null=True)),
        migrations.AddField("order", "state", models.TextField(default="new")),
        migrations.AddField(model_name="order", name="kind", field=models.TextField(db_default="a")),
        migrations.AddField(model_name="order", name="tags", field=models.ManyToManyField("Tag")),
        migrations.RenameField("order", "name", "title"),
        migrations.RunPython(fill),
        migrations.RunSQL("DELETE FROM orders;", reverse_sql=""),
        migrations.SeparateDatabaseAndState(database_operations=[migrations.DeleteModel(name="Old")]),
    ]
"""
RAILS = """\
class Change < ActiveRecord::Migration[8.0]
  def up
    create_table :tags do |t|
      t.string :name, null: false
    end
    add_column :orders, :note, :string
    add_column :orders, :state, :string, null: false
    add_column :orders, :kind, :string, null: false, default: "a"
    # remove_column :orders, :gone
    remove_column :orders, :total, :integer
    rename_column :orders, :name, :title
    change_column :orders, :price, :decimal
    change_column_null :orders, :title, false
    add_index :orders, :a
    add_index :orders, :b, algorithm: :concurrently
    add_index :tags, :name
    execute <<~SQL
      DELETE FROM orders
      WHERE old;
    SQL
    Order.update_all(state: "x")
  end

  def down
    drop_table :tags
  end
end
"""
ECTO = """\
defmodule Change do
  use Ecto.Migration
  def change do
    create table(:tags) do
      add :name, :string, null: false
    end
    alter table(:orders) do
      add :note, :string
      add :state, :string, null: false
      remove :total
      modify :price, :decimal
    end
    rename table(:orders), :name, to: :title
    create index(:orders, [:a])
    create index(:orders, [:b], concurrently: true)
    drop table(:old)
    execute "TRUNCATE logs"
  end
end
"""
LARAVEL = """\
<?php
return new class extends Migration {
    public function up(): void
    {
        Schema::create('tags', function (Blueprint $table) {
            $table->string('name');
        });
        Schema::table('orders', function (Blueprint $table) {
            $table->string('note')->nullable();
            $table->string('state');
            $table->dropColumn('total');
            $table->renameColumn('name', 'title');
            $table->decimal('price')->change();
            $table->index('a');
        });
        DB::table('logs')->delete();
        DB::statement('ALTER TABLE orders DROP COLUMN x');
        Schema::dropIfExists('old');
    }

    public function down(): void
    {
        Schema::dropIfExists('tags');
    }
};
"""
TYPEORM = """\
export class Change1700000000000 implements MigrationInterface {
  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE "tags" ("id" int)`);
    await queryRunner.query(`ALTER TABLE "orders" DROP COLUMN "total"`);
    await queryRunner.renameColumn("orders", "name", "title");
    await queryRunner.dropTable("old");
  }
  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "tags"`);
  }
}
"""
KNEX = """\
exports.up = async (knex) => {
  await knex.schema.alterTable('orders', (table) => {
    table.string('state').notNullable();
    table.string('kind').notNullable().defaultTo('a');
    table.decimal('price').alter();
    table.dropColumn('total');
  });
  await knex.raw('DELETE FROM logs');
};
exports.down = async () => {};
"""
SEQUELIZE = """\
module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.addColumn('orders', 'state', { type: Sequelize.STRING, allowNull: false });
    await queryInterface.removeColumn('orders', 'total');
  },
  async down(queryInterface) {
    await queryInterface.removeColumn('orders', 'state');
  },
};
"""
EF = """\
public partial class Change : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropColumn(
            name: "Total",
            table: "Orders");
        migrationBuilder.RenameColumn(name: "Name", table: "Orders", newName: "Title");
        migrationBuilder.AlterColumn<decimal>(
            name: "Price",
            table: "Orders",
            nullable: false);
        migrationBuilder.Sql("UPDATE Orders SET State = 'x'");
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable(name: "Nothing");
    }
}
"""
LIQUIBASE = """\
<databaseChangeLog>
  <changeSet id="1" author="a">
    <!-- <dropTable tableName="kept"/> -->
    <createTable tableName="tags"><column name="id"/></createTable>
    <dropColumn tableName="orders" columnName="total"/>
    <addColumn tableName="orders"><column name="state"><constraints nullable="false"/></column></addColumn>
    <sql>DELETE FROM logs;</sql>
    <rollback><dropTable tableName="tags"/></rollback>
  </changeSet>
</databaseChangeLog>
"""
LIQUIBASE_YAML = """\
databaseChangeLog:
  - changeSet:
      id: update the totals
      changes:
        - renameColumn:
            tableName: orders
        - modifyDataType:
            tableName: orders
"""
GOOSE = """\
-- +goose Up
ALTER TABLE orders DROP COLUMN total;
-- +goose Down
ALTER TABLE orders ADD COLUMN total int;
DROP TABLE tags;
"""
CASES: list[tuple[str, str, str, set[tuple[Kind, int]], bool | None]] = [
    ("alembic", "alembic/versions/ab_x.py", ALEMBIC,
     {("not_null_column", 7), ("drop_column", 9), ("rename", 10), ("change_type", 11), ("not_null", 12),
      ("blocking_index", 13), ("blocking_constraint", 15), ("update_rows", 16), ("drop_column", 18), ("code", 21)}, False),
    ("django", "shop/migrations/0002_x.py", DJANGO,
     {("drop_column", 6), ("not_null_column", 8), ("rename", 11), ("code", 12), ("delete_rows", 13), ("drop_table", 14)}, False),
    ("rails", "db/migrate/20260101000000_change.rb", RAILS,
     {("not_null_column", 7), ("drop_column", 10), ("rename", 11), ("change_type", 12), ("not_null", 13),
      ("blocking_index", 14), ("delete_rows", 18), ("update_rows", 21)}, True),
    ("ecto", "priv/repo/migrations/20260101_x.exs", ECTO,
     {("not_null_column", 9), ("drop_column", 10), ("change_type", 11), ("rename", 13), ("blocking_index", 14),
      ("drop_table", 16), ("delete_rows", 17)}, True),
    ("laravel", "database/migrations/2026_01_01_000000_x.php", LARAVEL,
     {("not_null_column", 10), ("drop_column", 11), ("rename", 12), ("change_type", 13), ("delete_rows", 16),
      ("drop_column", 17), ("drop_table", 18)}, True),
    ("JavaScript", "src/migrations/1700000000000-Change.ts", TYPEORM, {("drop_column", 4), ("rename", 5), ("drop_table", 6)}, True),
    ("JavaScript", "migrations/20260101_x.js", KNEX, {("not_null_column", 3), ("change_type", 5), ("drop_column", 6), ("delete_rows", 8)}, False),
    ("JavaScript", "migrations/20260101-x.js", SEQUELIZE, {("not_null_column", 3), ("drop_column", 4)}, True),
    ("entity framework", "src/Data/Migrations/20260101000000_Change.cs", EF,
     {("drop_column", 5), ("rename", 8), ("change_type", 9), ("update_rows", 13)}, True),
    ("liquibase", "src/main/resources/db/changelog/1.xml", LIQUIBASE,
     {("drop_column", 5), ("not_null_column", 6), ("delete_rows", 7)}, True),
    ("liquibase", "db/changelog/1.yaml", LIQUIBASE_YAML, {("rename", 5), ("change_type", 7)}, False),
    ("SQL", "migrations/0001_x.sql", GOOSE, {("drop_column", 2)}, True),
    ("flyway", "src/main/resources/db/migration/V2__x.sql", "DROP TABLE a;\n", {("drop_table", 1)}, None),
    ("prisma", "prisma/migrations/2026_x/migration.sql", 'ALTER TABLE "a" DROP COLUMN "b",\nADD COLUMN "c" TEXT NOT NULL;\n',
     {("drop_column", 1), ("not_null_column", 2)}, None),
    ("doctrine", "migrations/Version20260101.php", "<?php\n    public function up(): void {\n$this->addSql('DROP TABLE a');\n}\n",
     {("drop_table", 3)}, False),
]  # fmt: skip


def _read(root: Path, path: str, text: str) -> Migration:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)
    tree = Tree.of(root)
    assert found(tree) == [path]
    (migration,) = settle(read(tree, [path]), postgres=True)
    return migration


@pytest.mark.parametrize(("tool", "path", "text", "expected", "undone"), CASES, ids=[case[1] for case in CASES])
def test_what_each_tool_says_is_read_with_its_lines(
    tool: str, path: str, text: str, expected: set[tuple[Kind, int]], undone: bool | None, tmp_path: Path
) -> None:
    migration = _read(tmp_path, path, text)
    harmful = {(each.kind, each.line) for each in migration.operations if each.meaning.level != "info"}
    assert (migration.tool, harmful - {("drop_other", 0)}) == (tool, expected)
    assert migration.undone is undone


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("ALTER TABLE a DROP COLUMN b", "drop_column"),
        ("alter table only s.a drop b cascade", "drop_column"),
        ("ALTER TABLE a DROP CONSTRAINT b", "drop_other"),
        ("ALTER TABLE a RENAME TO b", "rename"),
        ("ALTER TABLE a RENAME COLUMN b TO c", "rename"),
        ("ALTER TABLE a RENAME CONSTRAINT b TO c", "add"),
        ("ALTER TABLE a ALTER COLUMN b TYPE text", "change_type"),
        ("ALTER TABLE a ALTER b SET NOT NULL", "not_null"),
        ("ALTER TABLE a ALTER b DROP NOT NULL", "add"),
        ("ALTER TABLE a MODIFY b varchar(10)", "change_type"),
        ("ALTER TABLE a CHANGE b c int", "change_type"),
        ("ALTER TABLE [dbo].[a] ALTER COLUMN [b] int NOT NULL", "change_type"),
        ("ALTER TABLE a ADD b int NOT NULL", "not_null_column"),
        ("ALTER TABLE a ADD COLUMN b text NOT NULL DEFAULT ''", "add"),
        ("ALTER TABLE a ADD COLUMN b text", "add"),
        ("ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES c", "blocking_constraint"),
        ("ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES c NOT VALID", "add"),
        ("ALTER TABLE a ADD CONSTRAINT u UNIQUE (b)", "blocking_index"),
        ("ALTER TABLE a ADD CONSTRAINT u UNIQUE USING INDEX i", "add"),
        ("CREATE INDEX i ON a (b)", "blocking_index"),
        ("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON a (b)", "add"),
        ("CREATE TABLE IF NOT EXISTS a (b int)", "create"),
        ("DROP TABLE IF EXISTS a, b", "drop_table"),
        ("DROP INDEX CONCURRENTLY i", "drop_other"),
        ("DROP VIEW IF EXISTS v", "drop_routine"),
        ("DROP FUNCTION f(int)", "drop_routine"),
        ("TRUNCATE a", "delete_rows"),
        ("DELETE FROM a WHERE b", "delete_rows"),
        ("UPDATE a SET b = 1", "update_rows"),
        ("DO $$ BEGIN DROP TABLE a; END $$", "code"),
        ("ALTER TYPE mood RENAME VALUE 'a' TO 'b'", "rename"),
    ],
)
def test_a_statement_is_what_it_does(statement: str, kind: Kind) -> None:
    assert [each.kind for each in judge_sql(statement)] == [kind]


def test_what_stands_in_comments_literals_and_functions_is_no_statement() -> None:
    text = "-- DROP TABLE a;\n/* DROP TABLE b; */ INSERT INTO c VALUES ('; DROP TABLE d;');\n"
    assert judge_sql(text + "CREATE FUNCTION f() AS $x$ DROP TABLE e; $x$;\n") == []
    (only,) = judge_sql("SELECT 1;\n\nDROP TABLE f;")
    assert (only.line, only.table) == (3, "f")


def test_a_table_made_by_the_same_change_is_used_by_nobody_yet() -> None:
    made = Migration("1", "SQL", tuple(judge_sql("CREATE TABLE a (b int); CREATE INDEX i ON a (b); DROP TABLE z;")))
    later = Migration("2", "SQL", tuple(judge_sql("ALTER TABLE A DROP COLUMN b")))
    kinds = [each.kind for migration in settle([made, later], postgres=True) for each in migration.operations]
    assert kinds == ["create", "drop_table"]


def test_only_postgresql_locks_writers_out_for_an_index() -> None:
    index = Migration("1", "SQL", tuple(judge_sql("CREATE INDEX i ON a (b)")))
    assert [len(settle([index], postgres=each)[0].operations) for each in (True, False)] == [1, 0]


@pytest.mark.parametrize("path", ["src/migrations/index.ts", "migrations/0001_x.down.sql", "docs/migration.sql",
                                  "node_modules/x.sql", "Migrations/20260101000000_X.Designer.cs", "migrations/env.py"])  # fmt: skip
def test_what_lies_beside_migrations_is_none(path: str) -> None:
    assert tool_of(path) is None


def test_up_and_down_in_two_files_are_one_migration(tmp_path: Path) -> None:
    (tmp_path / "migrations").mkdir()
    for name, text in {
        "1_a.up.sql": "DROP TABLE a;",
        "1_a.down.sql": "CREATE TABLE a (b int);",
        "2_b.up.sql": "DROP TABLE b;",
    }.items():
        (tmp_path / "migrations" / name).write_text(text)
    tree = Tree.of(tmp_path)
    assert [(each.path, each.undone) for each in read(tree, found(tree))] == [
        ("migrations/1_a.up.sql", True),
        ("migrations/2_b.up.sql", False),
    ]


def test_version_ten_comes_after_version_two(tmp_path: Path) -> None:
    for name in ("V10__b.sql", "V2__a.sql"):
        path = tmp_path / "db/migration" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("SELECT 1;")
    assert found(Tree.of(tmp_path)) == ["db/migration/V2__a.sql", "db/migration/V10__b.sql"]


NOISE = ("/*", "'", '"', "`", "$a$ $b$ ", "alter table(:a)\n", "change_table :a\n", "execute <<~SQL\n", "<rollback>",
         "(", "\n ", "op.execute(", "CREATE INDEX ", "rollback:\n", "<sql>", "Schema::table('a'")  # fmt: skip


@pytest.mark.parametrize("tool", TOOLS, ids=[each.name for each in TOOLS])
def test_a_hostile_file_is_read_in_bounded_time(tool: Tool) -> None:
    started = time.process_time()
    for noise in NOISE:
        tool.read(noise * (20_000 // len(noise)))
    # A quadratic reader takes minutes; this bound is generous for a busy machine.
    assert time.process_time() - started < 30


def test_a_file_too_long_to_be_read_is_left_to_a_person(tmp_path: Path) -> None:
    migration = _read(tmp_path, "migrations/0001_x.sql", "SELECT 1;\n" * (LONGEST // 10 + 1))
    assert [each.kind for each in migration.operations] == ["code"]
