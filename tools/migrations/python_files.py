"""Migrations in Python: Alembic's `upgrade()` and Django's `operations`, read as syntax and never run."""

import ast
import warnings
from collections.abc import Iterator

from tools.migrations.operation import Kind, Operation
from tools.migrations.sql import judge_sql

_ALEMBIC: dict[str, Kind] = {
    "create_table": "create",
    "drop_table": "drop_table",
    "drop_column": "drop_column",
    "rename_table": "rename",
    "drop_index": "drop_other",
    "drop_constraint": "drop_other",
    "create_index": "blocking_index",
    "create_unique_constraint": "blocking_index",
    "create_primary_key": "blocking_index",
    "create_foreign_key": "blocking_constraint",
    "create_check_constraint": "blocking_constraint",
    "bulk_insert": "add",
}
# Their first word is the name of an index or a constraint, their second the table.
_NAMED_FIRST = {each for each in _ALEMBIC if "index" in each or "constraint" in each or "key" in each}
_DJANGO: dict[str, Kind] = {
    "CreateModel": "create",
    "DeleteModel": "drop_table",
    "RemoveField": "drop_column",
    "RenameField": "rename",
    "RenameModel": "rename",
    "AlterModelTable": "rename",
    "AlterField": "code",
    "AddIndex": "blocking_index",
    "AddConstraint": "blocking_constraint",
    "AlterUniqueTogether": "blocking_index",
    "RemoveIndex": "drop_other",
    "RemoveConstraint": "drop_other",
    "AddIndexConcurrently": "add",
    "AddConstraintNotValid": "add",
}
_NO_COLUMN = {"ManyToManyField"}


def alembic(text: str) -> tuple[list[Operation], bool] | None:
    """The operations of `upgrade()`, and whether `downgrade()` does anything; None for what is no Python."""
    tree = _parsed(text)
    if tree is None:
        return None
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    found: list[Operation] = []
    upgrade = functions.get("upgrade")
    if upgrade is not None:
        batches = list(_batches(upgrade))
        for call in _calls(upgrade):
            found += _alembic_call(call, batches)
    downgrade = functions.get("downgrade")
    return found, downgrade is not None and any(_does(node) for node in downgrade.body)


def django(text: str) -> tuple[list[Operation], bool] | None:
    """The operations of the class `Migration`, and whether each can be taken back."""
    tree = _parsed(text)
    if tree is None:
        return None
    found: list[Operation] = []
    undone = True
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any(getattr(each, "id", "") == "operations" for each in node.targets):
            for call in _listed(node.value):
                operations, back = _django_call(call)
                found += operations
                undone = undone and back
    return found, undone


def _parsed(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    calls = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
    yield from sorted(calls, key=lambda each: (each.lineno, each.col_offset))


def _batches(function: ast.AST) -> Iterator[tuple[range, str, str]]:
    """`with op.batch_alter_table("orders") as batch_op`: its lines, the name and the table."""
    for node in ast.walk(function):
        if isinstance(node, ast.With):
            for item in node.items:
                call = item.context_expr
                if isinstance(call, ast.Call) and _method(call)[1] == "batch_alter_table":
                    lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
                    yield lines, getattr(item.optional_vars, "id", ""), _text(_argument(call, 0, "table_name")) or ""


def _alembic_call(call: ast.Call, batches: list[tuple[range, str, str]]) -> list[Operation]:
    owner, method = _method(call)
    # Most name all their batches alike: the one around the call is meant.
    table = next((each for lines, name, each in batches if name == owner and call.lineno in lines), None)
    if owner != "op" and table is None:
        return []
    if method == "execute":
        return _sql(_argument(call, 0, "sqltext"), call.lineno)
    shift = 0 if table is not None else 1
    table = table or _text(_argument(call, 1 if method in _NAMED_FIRST else 0, "table_name"))
    if method == "add_column":
        return [_column(_argument(call, shift, "column"), call.lineno, table)]
    if method == "alter_column":
        return _altered(call, table, _text(_argument(call, shift, "column_name")) or "")
    kind = _ALEMBIC.get(method)
    if kind is None:
        return []
    if _true(_keyword(call, "postgresql_concurrently")) or _true(_keyword(call, "postgresql_not_valid")):
        kind = "add" if kind[:8] == "blocking" else kind
    what = _text(_argument(call, shift, "column_name")) if method == "drop_column" else None
    return [Operation(kind, call.lineno, table, what or "")]


def _altered(call: ast.Call, table: str | None, column: str) -> list[Operation]:
    found: list[Operation] = []
    if _keyword(call, "new_column_name") is not None:
        found.append(Operation("rename", call.lineno, table, column))
    if _keyword(call, "type_") is not None:
        found.append(Operation("change_type", call.lineno, table, column))
    if _false(_keyword(call, "nullable")):
        found.append(Operation("not_null", call.lineno, table, column))
    return found


def _column(node: ast.expr | None, line: int, table: str | None) -> Operation:
    if not isinstance(node, ast.Call):
        return Operation("add", line, table, "column")
    name = _text(_argument(node, 0, "name")) or ""
    required = _false(_keyword(node, "nullable"))
    given = _keyword(node, "server_default") is not None
    computed = any(_method(each)[1] in {"Computed", "Identity"} for each in node.args if isinstance(each, ast.Call))
    return Operation("not_null_column" if required and not given and not computed else "add", line, table, name)


def _django_call(call: ast.Call) -> tuple[list[Operation], bool]:
    name = _method(call)[1]
    if name == "SeparateDatabaseAndState":
        parts = [_django_call(each) for each in _listed(_argument(call, 0, "database_operations"))]
        return [each for operations, _back in parts for each in operations], all(back for _operations, back in parts)
    if name == "RunSQL":
        back = _argument(call, 1, "reverse_sql") is not None
        return _sql(_argument(call, 0, "sql"), call.lineno), back
    if name == "RunPython":
        back = _argument(call, 1, "reverse_code") is not None
        return [Operation("code", call.lineno, None, _source(_argument(call, 0, "code")))], back
    table = _text(_argument(call, 0, "name" if name in {"CreateModel", "DeleteModel"} else "model_name"))
    field = _text(_argument(call, 1, "name")) or ""
    if name == "AddField":
        return [_field(_argument(call, 2, "field"), call.lineno, table, field)], True
    kind = _DJANGO.get(name)
    if kind is None:
        return [], True
    what = "" if name in {"CreateModel", "DeleteModel"} else field or "index"
    return [Operation(kind, call.lineno, table, what)], True


def _field(node: ast.expr | None, line: int, table: str | None, name: str) -> Operation:
    """Django takes its default out of the database again: only `db_default` serves the version before."""
    if isinstance(node, ast.Call) and _method(node)[1] not in _NO_COLUMN:
        empty = _true(_keyword(node, "null")) or _keyword(node, "db_default") is not None
        return Operation("add" if empty else "not_null_column", line, table, name)
    return Operation("add", line, table, name)


def _sql(node: ast.expr | None, line: int) -> list[Operation]:
    if isinstance(node, ast.List | ast.Tuple):
        return [operation for each in node.elts for operation in _sql(each, each.lineno)]
    if isinstance(node, ast.Call) and node.args:  # sa.text("…")
        return _sql(node.args[0], line)
    text = _text(node)
    if text is None or node is None:
        return [Operation("code", line, None, _source(node))]
    return judge_sql(text, node.lineno)


def _method(call: ast.Call) -> tuple[str, str]:
    function = call.func
    if isinstance(function, ast.Attribute):
        return getattr(function.value, "id", ""), function.attr
    return "", getattr(function, "id", "")


def _argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    return call.args[position] if position < len(call.args) else _keyword(call, name)


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((each.value for each in call.keywords if each.arg == name), None)


def _listed(node: ast.expr | None) -> list[ast.Call]:
    return [each for each in getattr(node, "elts", []) if isinstance(each, ast.Call)]


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _false(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _source(node: ast.expr | None) -> str:
    return ast.unparse(node)[:60] if node is not None else ""


def _does(node: ast.stmt) -> bool:
    return not isinstance(node, ast.Pass | ast.Raise) and not (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )
