"""What calls of migration frameworks mean, by language. Tables: data, not code."""

import re

from tools.migrations.operation import Kind

Rule = tuple[re.Pattern[str], Kind]
NO_DEFAULT = r"(?=[^\n]*null: false)(?![^\n]*default:)"
# Every repetition is bounded: no text makes a pattern slow.
_WORDS = {
    "<OF>": r"(?:,\s*table:\s*<T>)?",
    "<NAMED>": r"(?:[^>]{0,400}?tableName[\"=:\s]+(?P<table>\w+))?",
    "<T>": r"[:\"'`]?(?P<table>\w+)[\"'`]?",
    "<C>": r"[:\"'`]?(?P<what>\w+)[\"'`]?",
    "<REST>": r"[^;\n]{0,400}",
    "<NEAR>": r"[^;]{0,400}",
    "<REQUIRED>": NO_DEFAULT,
}


def _rules(*pairs: tuple[str, Kind]) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    for pattern, kind in pairs:
        for word, meaning in _WORDS.items():
            pattern = pattern.replace(word, meaning)  # noqa: PLW2901 - word by word
        rules.append((re.compile(pattern), kind))
    return tuple(rules)


RULES: dict[str, tuple[Rule, ...]] = {
    "ruby": _rules(
        (r"\bcreate_(?:join_)?table[ (]+<T>", "create"),
        (r"\bdrop_(?:join_)?table[ (]+<T>", "drop_table"),
        (r"\bremove_(?:column|columns|reference|belongs_to|timestamps)[ (]+<T>(?:,\s*<C>)?", "drop_column"),
        (r"\bt\.remove(?:_\w+)?[ (]+<C>", "drop_column"),
        (r"\brename_(?:column|table)[ (]+<T>(?:,\s*<C>)?", "rename"),
        (r"\bt\.rename[ (]+<C>", "rename"),
        (r"\bchange_column[ (]+<T>,\s*<C>", "change_type"),
        (r"\bt\.change[ (]+<C>", "change_type"),
        (r"\bchange_column_null[ (]+<T>,\s*<C>,\s*false", "not_null"),
        (r"\badd_(?:column|reference|belongs_to)[ (]+<T>,\s*<C><REQUIRED>", "not_null_column"),
        (r"\badd_index[ (]+<T>(?!<REST>concurrently)", "blocking_index"),
        (r"\badd_(?:foreign_key|check_constraint)[ (]+<T>(?!<REST>validate: false)", "blocking_constraint"),
        (r"\bremove_(?:index|foreign_key|check_constraint)[ (]+<T>", "drop_other"),
        (r"\.(?:delete_all|destroy_all)\b", "delete_rows"),
        (r"\.(?:update_all|find_each|in_batches|update!?\()", "update_rows"),
    ),
    "elixir": _rules(
        (r"\bcreate(?:_if_not_exists)?[ (]+table\(<T>", "create"),
        (r"\bdrop(?:_if_exists)?[ (]+table\(<T>", "drop_table"),
        (r"\bremove(?:_if_exists)?[ (]+<C>", "drop_column"),
        (r"\brename[ (]+table\(<T>\)(?:,\s*<C>)?", "rename"),
        (r"\bmodify[ (]+<C>(?=[^\n]*null: false)", "not_null"),
        (r"\bmodify[ (]+<C>", "change_type"),
        (r"\bcreate(?:_if_not_exists)?[ (]+(?:unique_)?index\(<T>(?![^\n]*concurrently: true)", "blocking_index"),
        (r"\bcreate[ (]+constraint\(<T>(?![^\n]*validate: false)", "blocking_constraint"),
        (r"\bdrop(?:_if_exists)?[ (]+(?:unique_)?(?:index|constraint)\(<T>", "drop_other"),
        (r"\bdelete_all\(", "delete_rows"),
        (r"\bupdate_all\(", "update_rows"),
    ),
    "php": _rules(
        (r"\bSchema::create\(\s*<T>", "create"),
        (r"\bSchema::drop(?:IfExists)?\(\s*<T>", "drop_table"),
        (r"\bSchema::rename\(\s*<T>", "rename"),
        (r"->drop(?:Column|Columns|SoftDeletes|Timestamps|Morphs|ConstrainedForeignId)\(\s*\[?<C>?", "drop_column"),
        (r"->renameColumn\(\s*<C>", "rename"),
        (r"\$table->\w+\(\s*<C>(?=<NEAR>->change\(\))", "change_type"),
        (r"->drop(?:Index|Unique|Foreign|Primary)\(", "drop_other"),
        (r"\bDB::table\(\s*<T><NEAR>->(?:delete|truncate)\(", "delete_rows"),
        (r"\bDB::table\(\s*<T><NEAR>->update\(", "update_rows"),
    ),
    "javascript": _rules(
        (r"\bcreateTable\(\s*(?:new Table\(\s*\{\s*name:\s*)?<T>", "create"),
        (r"\bdropTable(?:IfExists)?\(\s*<T>", "drop_table"),
        (r"\bdropColumns?\(\s*<C>\s*\)", "drop_column"),
        (r"\b(?:removeColumn|dropColumns?)\(\s*<T>(?:,\s*<C>)?", "drop_column"),
        (r"\brename(?:Column|Table)\(\s*<T>(?:,\s*<C>)?", "rename"),
        (r"\bchangeColumn\(\s*<T>,\s*<C>", "change_type"),
        (r"\btable\.\w+\(\s*<C>(?=<NEAR>\.alter\(\))", "change_type"),
        (r"\baddColumn\(\s*<T>,\s*<C>(?=<NEAR>allowNull: false)(?!<NEAR>defaultValue)", "not_null_column"),
        (r"\baddColumn\(\s*<T>(?=<NEAR>isNullable: false)(?!<NEAR>default:)", "not_null_column"),
        (r"\b(?:createIndex|addIndex)\(\s*<T>(?!<NEAR>oncurrently: true)", "blocking_index"),
        (r"\b(?:createForeignKey|addConstraint)\(\s*<T>", "blocking_constraint"),
        (r"\b(?:dropIndex|removeIndex|dropForeignKey|removeConstraint)\(\s*<T>", "drop_other"),
        (r"\b(?:bulkDelete|\.del)\(", "delete_rows"),
        (r"\bbulkUpdate\(", "update_rows"),
    ),
    "csharp": _rules(
        (r"\bCreateTable\(\s*name:\s*<T>", "create"),
        (r"\bDropTable\(\s*(?:name:\s*)?<T>", "drop_table"),
        (r"\bDropColumn\(\s*(?:name:\s*)?<C><OF>", "drop_column"),
        (r"\bRename(?:Column|Table)\(\s*(?:name:\s*)?<C><OF>", "rename"),
        (r"\bAlterColumn<[^>]+>\(\s*name:\s*<C><OF>", "change_type"),
        (r"\bAddColumn<[^>]+>\(\s*name:\s*<C><OF>(?=<NEAR>nullable: false)(?!<NEAR>default)", "not_null_column"),
        (r"\bCreateIndex\(\s*name:\s*<C><OF>", "blocking_index"),
        (r"\bAdd(?:ForeignKey|CheckConstraint)\(\s*name:\s*<C><OF>", "blocking_constraint"),
        (r"\bDrop(?:Index|ForeignKey|PrimaryKey|UniqueConstraint)\(\s*name:\s*<C><OF>", "drop_other"),
        (r"\bDeleteData\(\s*table:\s*<T>", "delete_rows"),
        (r"\bUpdateData\(\s*table:\s*<T>", "update_rows"),
    ),
    "liquibase": _rules(
        (r"(?:<|-\s)createTable\b<NAMED>", "create"),
        (
            r"(?:<|-\s)addColumn\b<NAMED>(?=(?:(?!</addColumn>|default)[\s\S]){0,600}nullable[\"=:\s]{1,4}false)",
            "not_null_column",
        ),
        (r"(?:<|-\s)dropTable\b<NAMED>", "drop_table"),
        (r"(?:<|-\s)dropColumn\b<NAMED>", "drop_column"),
        (r"(?:<|-\s)rename(?:Column|Table)\b<NAMED>", "rename"),
        (r"(?:<|-\s)modifyDataType\b<NAMED>", "change_type"),
        (r"(?:<|-\s)addNotNullConstraint\b<NAMED>", "not_null"),
        (r"(?:<|-\s)createIndex\b<NAMED>", "blocking_index"),
        (r"(?:<|-\s)add(?:ForeignKeyConstraint|CheckConstraint)\b", "blocking_constraint"),
        (r"(?:<|-\s)addUniqueConstraint\b<NAMED>", "blocking_index"),
        (r"(?:<|-\s)drop(?:Index|(?:ForeignKey|Unique|NotNull)Constraint|DefaultValue)\b", "drop_other"),
        (r"(?:<|-\s)delete\b<NAMED>", "delete_rows"),
        (r"(?:<|-\s)update\b<NAMED>", "update_rows"),
        (r"(?:<|-\s)(?:customChange|executeCommand)\b", "code"),
    ),
}  # fmt: skip
COMMENTS = {
    "ruby": re.compile(r"(?m)^[ \t]*#.*$"),
    "elixir": re.compile(r"(?m)^[ \t]*#.*$"),
    "php": re.compile(r"(?m)^[ \t]*(?://|#|\*).*$"),
    "javascript": re.compile(r"(?m)^[ \t]*(?://|\*).*$"),
    "csharp": re.compile(r"(?m)^[ \t]*//.*$"),
    "liquibase": re.compile(r"(?s)<!--.*?-->"),
}
# A call that hands SQL to the database; the text may be on the lines after it.
HANDS_ON = {
    "ruby": re.compile(r"\b(?:execute|exec_query|safety_assured \{ execute)[ (]*"),
    "elixir": re.compile(r"\bexecute[ (]*(?:fn -> )?"),
    "php": re.compile(r"(?:\bDB::(?:statement|unprepared)|->addSql)\(\s*"),
    "javascript": re.compile(r"(?:\.query|\.addSql|\.raw|\bpgm\.sql)\(\s*(?:sql)?"),
    "csharp": re.compile(r"\bmigrationBuilder\.Sql\(\s*@?\$?"),
    "liquibase": re.compile(r"<sql\b[^>]*>|\bsql:\s*[|>]?-?\s*"),
}
ALTERING = {
    # Where a column is added to a table that is there already: group `table`, and what stands in its block.
    "php": re.compile(
        r"\bSchema::table\(\s*['\"](?P<table>\w+)['\"](?P<block>.{0,4000}?)\n[ \t]{0,20}\}\);", re.DOTALL
    ),
    "elixir": re.compile(
        r"\balter[ (]+table\(:?(?P<table>\w+)[^\n]*\n(?P<block>.{0,4000}?)\n[ \t]{0,20}end\b", re.DOTALL
    ),
    "javascript": re.compile(
        r"\b(?:alterTable|schema\.table)\(\s*['\"](?P<table>\w+)['\"](?P<block>.{0,4000}?)\n[ \t]{0,20}\}\)", re.DOTALL
    ),
    "ruby": re.compile(
        r"\bchange_table[ (]+:?(?P<table>\w+)[^\n]*\n(?P<block>.{0,4000}?)\n[ \t]{0,20}end\b", re.DOTALL
    ),
}
REQUIRED = {
    "php": re.compile(
        r"\$table->(?!drop|index|unique|foreign(?!Id)|primary|rename|timestamps|softDeletes|nullable)\w+\(\s*['\"](?P<what>\w+)['\"]"
        r"(?![^;]{0,400}->(?:nullable|default|useCurrent|change|storedAs|virtualAs)\()"
    ),
    "elixir": re.compile(r"\badd[ (]+:(?P<what>\w+)" + NO_DEFAULT),
    "javascript": re.compile(
        r"\.\w+\(\s*['\"](?P<what>\w+)['\"](?=[^;]{0,300}\.notNullable\(\))(?![^;]{0,300}\.(?:defaultTo|alter)\()"
    ),
    "ruby": re.compile(r"\bt\.(?!index|remove|rename|change)\w+[ (]+:(?P<what>\w+)" + NO_DEFAULT),
}  # fmt: skip
