"""Finds the environment variables a component reads, which of them are secrets, and their defaults."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tools.project import Variable
from tools.stacks.pydantic_settings_classes import settings_variables
from tools.stacks.secret_names import is_secret
from tools.stacks.signs import SIGNS
from tools.stacks.tree import Tree, base, parent
from tools.stacks.variable_patterns import READINGS, Reading

# Endings of files that are read although they are no source code.
_SETTINGS = tuple(end for reading in READINGS for end in reading.suffixes if end not in SIGNS)

MAX_VARIABLES = 300
# Set by the system, the shell, the runner or the bundler, not by whoever deploys the service.
_AMBIENT = frozenset(
    """PATH HOME USER USERNAME LOGNAME PWD OLDPWD SHELL TERM COLORTERM LANG LC_ALL TMPDIR TEMP TMP EDITOR VISUAL DISPLAY
    CI CONTINUOUS_INTEGRATION NO_COLOR FORCE_COLOR APPDATA LOCALAPPDATA PROGRAMFILES SYSTEMROOT USERPROFILE COMSPEC
    HOSTNAME COLUMNS LINES XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME VIRTUAL_ENV PYTHONPATH PYTEST_CURRENT_TEST
    MODE DEV PROD SSR BASE_URL_ NODE_PATH INIT_CWD JEST_WORKER_ID VITEST npm_package_version
    npm_lifecycle_event npm_config_user_agent npm_execpath npm_package_name NEXT_RUNTIME NEXT_PHASE WERKZEUG_RUN_MAIN
    RUN_MAIN DJANGO_SETTINGS_MODULE GOPATH GOROOT JAVA_HOME ANDROID_HOME READTHEDOCS TURBO_HASH ANALYZE TAURI_DEV_HOST
    BUNDLE_GEMFILE GEM_HOME RAILS_ENV_ CARGO_MANIFEST_DIR OUT_DIR KUBERNETES_SERVICE_HOST_""".split()  # noqa: SIM905 - a table
)
_AMBIENT_PREFIX = ("GITHUB_ACTION", "GITHUB_REF", "GITHUB_SHA", "GITHUB_RUN", "GITHUB_WORKSPACE", "TOX_", "npm_")
_TESTED = re.compile(
    r"(^|/)(test_[^/]*|conftest|[^/]*_test|[^/]*[.-](test|spec|stories|e2e-spec|cy))\.\w+$|(^|/)"
    r"(playwright|cypress|jest|vitest|karma|wdio)\.[^/]*$|\.d\.ts$|\.min\.js$|(^|/)(setup|noxfile|fabfile)\.py$"
)
_IMPORTED = re.compile(r"import\s*\{(?P<names>[^}]*)\}\s*from\s*[\"']\$env/static/(?:private|public)[\"']")
_DYNAMIC = re.compile(r"from\s*[\"']\$env/dynamic/(?:private|public)[\"']")
_DYNAMIC_READ = re.compile(r"(?<![\w.])env\.(?P<name>[A-Z][A-Z0-9_]*)")
_DESTRUCTURED = re.compile(
    r"(?:const|let|var)\s*\{(?P<names>[^}]*)\}\s*=\s*(?:process\.env|import\.meta\.env|Bun\.env)\b"
)
_SAMPLE = re.compile(
    r"^(\.?env[._-](example|sample|template|dist|defaults?|tpl|tmpl)|(example|sample)\.env|[\w.-]*\.env\."
    r"(example|sample|template|dist)|\.env\.[\w-]+\.(example|sample|template|dist)|\.env|env\.example)$",
    re.IGNORECASE,
)
_ASSIGNED = re.compile(
    r"^(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*(?P<default>[^\n]*)$", re.MULTILINE
)
_PLACEHOLDER = re.compile(
    r"^$|<.*>|^\[.*\]$|\.\.\.|\bx{3,}|^x+$|your[-_ ]|change[-_ ]?(me|this)|replace|todo|\*{3,}|^null$|^undefined$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Read:
    """One place that reads or declares a variable."""

    name: str
    default: str | None
    source: str
    secret: bool = False


def find_variables(tree: Tree, folder: str, files: list[str], *, alone: bool) -> list[Variable]:
    """The variables that the code in `files` reads, then those its samples declare, sorted by name.

    `files` are the component's own. Samples (`.env.example`) in its folder declare variables; samples above it
    only complete what the code reads, unless the component is `alone` in the repository.
    """
    found: dict[str, _Read] = {}
    for read in _reads(tree, files):
        _merge(found, read)
    for path in _samples(tree, folder):
        inside = parent(path) == folder or path in files
        for declared in _declared(tree, path):
            if inside or alone or declared.name in found:
                _merge(found, declared)
    kept = sorted(found.values(), key=lambda read: read.name)[:MAX_VARIABLES]
    return [_variable(read) for read in kept]


def _reads(tree: Tree, files: list[str]) -> Iterator[_Read]:
    code = tree.code(files, *SIGNS)
    settings = [path for path in files if path.endswith(_SETTINGS)]
    python = [path for path in code if path.endswith(".py") and not _TESTED.search(path)]
    for path, setting in settings_variables(tree, python):
        yield _Read(setting.name, setting.default, f"{path}:{setting.line}", setting.secret)
    for path in [*code, *settings]:
        if _TESTED.search(path):
            continue
        for reading in _readings(base(path)):
            content = tree.data(path)
            if content is not None and reading.needle.search(content):
                yield from _patterns(tree, path, reading)


@lru_cache(maxsize=1000)
def _readings(name: str) -> tuple[Reading, ...]:
    return tuple(reading for reading in READINGS if name.endswith(reading.suffixes))


def _patterns(tree: Tree, path: str, reading: Reading) -> Iterator[_Read]:
    for pattern in reading.patterns:
        for hit in tree.search_all([path], pattern):
            name = hit.match["name"]
            if not _is_ambient(name) and not _is_commented(hit.match):
                default = _unquoted(hit.match.groupdict().get("default"))
                # What stands behind a prefix is a connection string: it carries a password.
                yield _Read(reading.prefix + name, default, hit.evidence, secret=bool(reading.prefix))
    if ".ts" in reading.suffixes:
        yield from _named_imports(tree, path)


def _named_imports(tree: Tree, path: str) -> Iterator[_Read]:
    """SvelteKit's `$env` modules and destructured `process.env`."""
    for pattern in (_IMPORTED, _DESTRUCTURED):
        for hit in tree.search_all([path], pattern):
            for part in hit.match["names"].split(","):
                match = re.match(r"\s*([A-Za-z_]\w*)\s*(?::\s*\w+\s*)?(?:=\s*([^\n]+))?", part)
                if match and not _is_ambient(match[1]):
                    literal = (match[2] or "").strip()
                    plain = literal if re.fullmatch(r"[\"'][^\"']*[\"']|-?\d+", literal) else None
                    yield _Read(match[1], _unquoted(plain), hit.evidence)
    if tree.search(path, _DYNAMIC):
        for hit in tree.search_all([path], _DYNAMIC_READ):
            yield _Read(hit.match["name"], None, hit.evidence)


def _samples(tree: Tree, folder: str) -> list[str]:
    """Sample files in a component's folder (or one level down, as `docker/.env.example`) and above it."""
    found = [path for above in _ancestors(folder) for path in tree.within(above) if _SAMPLE.match(base(path))]
    prefix = 0 if folder == "." else len(folder) + 1
    deeper = [
        path
        for path in tree.under(folder)
        if _SAMPLE.match(base(path)) and path[prefix:].count("/") == 1 and path not in found
    ]
    return found + deeper


def _ancestors(folder: str) -> list[str]:
    chain = [folder]
    while chain[-1] != ".":
        chain.append(parent(chain[-1]))
    return chain


def _declared(tree: Tree, path: str) -> Iterator[_Read]:
    for hit in tree.search_all([path], _ASSIGNED):
        value = hit.match["default"].strip()
        if value[:1] not in {"'", '"'}:
            value = re.split(r"\s+#", value)[0].strip()
        if value.startswith("#"):
            value = ""
        plain = _unquoted(value) or ""
        usable = None if _PLACEHOLDER.search(plain) or "$" in plain else plain
        if not _is_ambient(hit.match["name"]):
            yield _Read(hit.match["name"], usable, hit.evidence)


def _merge(found: dict[str, _Read], read: _Read) -> None:
    """The first place is the source; a default may come from a later one."""
    known = found.get(read.name)
    if known is None:
        found[read.name] = read
    else:
        default = known.default if known.default is not None else read.default
        found[read.name] = _Read(known.name, default, known.source, known.secret or read.secret)


def _variable(read: _Read) -> Variable:
    secret = read.secret or is_secret(read.name, read.default)
    return Variable(name=read.name, secret=secret, default=None if secret else read.default, source=read.source)


def _is_ambient(name: str) -> bool:
    return name in _AMBIENT or name.startswith(_AMBIENT_PREFIX) or len(name) > 100


def _is_commented(match: re.Match[str]) -> bool:
    start = match.string.rfind("\n", 0, match.start()) + 1
    return match.string[start : match.start()].lstrip().startswith(("#", "//", "*", "/*"))


def _unquoted(literal: str | None) -> str | None:
    if literal is None:
        return None
    text = literal.strip()
    if len(text) >= 2 and text[0] in "'\"`" and text[-1] == text[0]:
        return text[1:-1]
    return text
