"""Rules of database clients: a statement that only selects, without a server-side way out, reads."""

import re

from resources.catalogue import _
from tools.guard.decision import Reason
from tools.shell.call import Call
from tools.shell.options import options

_READY = options("-d= -h= -p= -q -t= -U= --dbname= --host= --port= --quiet --timeout= --username=")
_HERE = {"localhost", "127.0.0.1", "::1"}
_WRITTEN = {"-o", "-L", "--output", "--log-file"}
_PSQL = options(
    "-h= -p= -U= -d= -c= -l -A -t -x -q -X -w -W -E -F= -R= -P= -0 -z -n -1 -a -b -e -H --host= --port= --username= --dbname= --command= --list --csv --no-align --tuples-only --expanded --quiet"
    " --no-psqlrc --no-password --field-separator= --pset= --version --single-transaction --html"
)
_MYSQL = options(
    "-h= -P= -u= -D= -e= -N -B -s -t -E -r -C --host= --port= --user= --database= --execute= --batch --silent --skip-column-names --table --vertical --raw --protocol= --ssl-mode= --version --no-defaults"
)
_SELECT = re.compile(
    r"\s*(?:select|show|explain(?!\s*(?:\(?\s*)?analy[sz]e)|describe|desc|values|table|with|pragma\s+\w+\s*(?:\(\w+\))?\s*$)\b",
    re.IGNORECASE,
)
_ACTS = re.compile(
    r"\b(?:insert|update|delete|drop|alter|create|truncate|grant|revoke|copy|into|call|do|merge|replace|vacuum|reindex|lock|set|reset|load|attach|detach|lo_\w+|pg_read_\w+|pg_ls_\w+|pg_terminate\w*|pg_cancel\w*|pg_sleep\w*"
    r"|pg_write\w*|pg_reload\w*|pg_rotate\w*|dblink\w*|load_file|outfile|dumpfile|sleep|benchmark|setval|nextval|set_config|xp_\w+|query_to_xml|readfile|writefile|edit|load_extension|pg_shadow|pg_authid|pg_user_mapping\w*|pg_foreign_server|pg_subscription|umoptions|srvoptions|password\w*|for\s+update|execute|prepare|kill|shutdown|notify|refresh)\b"
    r"|\\[!a-z]|pg_switch|authentication_string|mysql\.user",
    re.IGNORECASE,
)
# A function may do anything: these are known to look only. Words of SQL itself may stand before a bracket too.
_FUNCTION_NAMES = (
    "count sum avg min max now coalesce nullif lower upper trim length char_length substr substring concat concat_ws round"
    " floor ceil abs greatest least date date_trunc date_part extract age to_char to_date to_timestamp strftime datetime"
    " version database user current_user current_database current_schema array_agg string_agg group_concat json_agg"
    " jsonb_agg json_build_object row_to_json unnest generate_series row_number rank dense_rank lag lead ntile percentile_cont"
    " pg_size_pretty pg_database_size pg_total_relation_size pg_relation_size pg_table_size pg_indexes_size typeof ifnull"
    " isnull if year month day hour timestampdiff datediff date_format total instr like table_info index_list"
    " in exists and or not over values as any all some from on where select filter using with case when then else distinct"
    " explain by join varchar numeric decimal char interval cast union except intersect group order limit table"
)
_FUNCTIONS = set(_FUNCTION_NAMES.split())
_CALLED = re.compile(r"([\w.]+\"?)\s*\(")
# Commands of psql that describe; of their families those that show options of foreign servers hold passwords.
_DESCRIBES = re.compile(
    r"\\(?:d|d[tvmisfnxTDugpbcCFLoOPAdy](?:[tvmisE]*)|l|z|conninfo|encoding|timing)S?\+?(?:[ \t]+[\w.*?\"]+)?[ \t]*",
    re.ASCII,
)
_REDIS_READS = {
    "ping", "info", "get", "mget", "keys", "scan", "exists", "ttl", "pttl", "type", "strlen", "llen", "lrange",
    "hget", "hgetall", "hkeys", "hlen", "scard", "smembers", "zrange", "zcard", "dbsize", "time", "client list",
    "memory", "memory usage", "memory stats", "memory doctor", "slowlog get", "slowlog len", "object encoding",
    "object idletime", "slowlog", "lastsave", "role", "xlen", "xrange", "object",
}  # fmt: skip


def reads_only(statement: str) -> bool:
    """Whether every statement of an SQL text only selects."""
    parts = [part for part in re.sub(r"'(?:[^']|'')*'", "''", statement).split(";") if part.strip()]
    return (
        bool(parts)
        and all(_SELECT.match(part) and not _ACTS.search(part) for part in parts)
        and not _ACTS.search(statement)
        and not re.search(r"\$\w*\$|/\*|\\|[\"'\]`]\s*\(|\bu&", statement, re.IGNORECASE)
        and all(name.lower() in _FUNCTIONS for name in _CALLED.findall(statement))
    )


def sql(call: Call, document: str | None) -> list[Reason]:
    """psql, mysql, mariadb."""
    texts = [each.text for each in call.arguments]
    if texts in (["--version"], ["-V"], ["--help"]):
        return call.reads()
    parsed = call.parse(_PSQL if call.program == "psql" else _MYSQL)
    statements = [
        each
        for name in ("-c", "--command", "-e", "--execute")
        for each in parsed.options.get(name, [])
        if each is not None
    ]
    if any(
        re.match(
            r"(?i)\s*\\(?:!|copy\b.*\bprogram)|.*\\(?:o|g|gx|w|out)\s*\||.*\bto\s+program\b|.*\bfrom\s+program\b|\s*system\b",
            each.text,
        )
        for each in statements
    ):
        return call.refuses("shell.hidden_program", _("The client of the database runs a program."))
    remote = any(re.match(r"(?i)\s*drop\s+(?:database|schema|table)|\s*truncate", each.text) for each in statements)
    if remote:
        return call.changes("database.destroys", _("It destroys data."))
    if parsed.unknown or document is not None or call.stdin in {"pipe", "file"}:
        written = [each for option, each in zip(texts, call.arguments[1:], strict=False) if option in _WRITTEN]
        denied = (
            [each for each in call.write_paths(written) if each.verdict == "deny"] if call.program == "psql" else []
        )
        return denied + call.changes("database.statement", _("Nobody has vouched that this statement only reads."))
    if any("://" in each.text or "password" in each.text for each in parsed.operands):
        return call.changes("secrets.argument", _("A password in a command is seen by everybody on the machine."))
    describes = _DESCRIBES if call.program == "psql" else re.compile(r"(?!)")
    if (
        statements
        and all(each.known and (reads_only(each.text) or describes.fullmatch(each.text)) for each in statements)
    ) or (parsed.has("-l", "--list") and not statements):
        return call.reads("database.select")
    return call.changes("database.statement", _("Nobody has vouched that this statement only reads."))


def sqlite(call: Call, _document: str | None) -> list[Reason]:
    """sqlite3: a file and a statement; dot commands run programs."""
    parsed = call.parse(
        options(
            "-header -csv -json -column -line -list -readonly -separator= -batch -box -table -markdown -noheader -version",
            single_dash=True,
        )
    )
    if parsed.has("-version"):
        return call.reads()
    if any(
        re.match(r"\s*\.(?:shell|system|sh)\b|.*\b(?:load_extension|writefile|edit)\b", each.text)
        for each in call.arguments
    ):
        return call.refuses("shell.hidden_program", _("The client of the database runs a program."))
    if parsed.unknown or len(parsed.operands) != 2 or call.stdin != "inherited":
        return call.changes("database.statement", _("Nobody has vouched that this statement only reads."))
    statement = parsed.operands[1].text.strip()
    if parsed.operands[1].known and (
        reads_only(statement) or statement in {".tables", ".schema", ".indexes", ".databases"}
    ):
        return call.read_paths(parsed.operands[:1]) or call.reads("database.select")
    return call.changes("database.statement", _("Nobody has vouched that this statement only reads."))


def redis(call: Call, _document: str | None) -> list[Reason]:
    """redis-cli: the command's own word says."""
    parsed = call.parse(
        options("-h= -p= -n= --raw --no-raw --version -u= --tls --no-auth-warning --csv --json --stat --bigkeys"),
        first_operand_ends=True,
    )
    if parsed.has("--version"):
        return call.reads()
    words = [each.text.lower() for each in parsed.operands]
    if words[:1] in (["flushall"], ["flushdb"], ["shutdown"]):
        return call.changes("database.destroys", _("It destroys data."))
    if words[:1] == ["config"] and len(words) > 1 and words[1] == "set":
        return call.refuses("shell.hidden_program", _("A setting of the server can write files or run programs."))
    if (
        not parsed.unknown
        and words
        and (
            (words[0] in _REDIS_READS and words[0] not in {"memory", "slowlog", "object"})
            or " ".join(words[:2]) in _REDIS_READS
        )
        and call.stdin == "inherited"
    ):
        return call.reads("database.select")
    return call.changes("database.statement", _("Nobody has vouched that this statement only reads."))


def others(call: Call, _document: str | None) -> list[Reason]:
    """mongosh, pg_dump, cqlsh, etcdctl, influx…"""
    texts = [each.text for each in call.arguments]
    if texts in (["--version"], ["version"], ["-V"]) or (call.program == "mysqladmin" and texts == ["ping"]):
        return call.reads()
    if call.program == "pg_isready" and not (parsed := call.parse(_READY)).unknown:
        hosts = [each.text for name in ("-h", "--host") for each in parsed.options.get(name, []) if each is not None]
        elsewhere = parsed.has("-d", "--dbname") or any(each not in _HERE for each in hosts)
        return call.changes("network.lookup", _("It asks another machine.")) if elsewhere else call.reads()
    return call.changes("database.statement", _("Nobody has vouched that this statement only reads."))
