"""What looks like a secret and is none: said by the file it stands in, by the line, or by a person."""

import re
from pathlib import PurePosixPath
from typing import Literal

ALLOWED = re.compile(r"(?:astreinte:allow-secret|gitleaks:allow|pragma: allowlist secret|nosec)\b")
"""A comment on the line says that somebody has looked."""
BY_NAME = frozenset({"assigned_secret", "credential_argument", "credential_header"})
"""Rules that only the name of a variable or option speaks for: in code that is often another name."""
CODE = re.compile(r"[\s{}()<>\\]|\$[({]|^\$|\$[A-Z0-9_]*$|[-_./:]\$[A-Za-z_]\w*$|^--|^%s|://(?!.*\d)")
"""What stands in expressions, templates and options, never in a secret that somebody typed."""
NAMES = re.compile(r"[A-Z][A-Z0-9_]*_[A-Z0-9_]+|[a-z]+\d*(?:_[a-z0-9]+)+|[a-z]+:[a-z]+")
"""Names of variables, columns and permissions."""
LONGEST_NAME = 40
WORDS = re.compile(r"\d.*[A-Za-z]|[A-Za-z].*\d|[A-Za-z][!#%&*^~?]|[!#%&*^~?][A-Za-z]")
"""What is more than a word: with a digit, or with a sign that no name holds."""
MIXED = re.compile(r"(?=.*\d)(?=.*[a-z])(?=.*[A-Z]).{12,}")
SOURCE = frozenset(
    {".py", ".js", ".mjs", ".cjs", ".ts", ".tsx", ".jsx", ".go", ".java", ".kt", ".rb", ".php", ".cs", ".rs", ".ex"}
    | {".exs", ".c", ".h", ".cpp", ".swift", ".scala", ".lua", ".pl", ".r", ".dart", ".vue", ".svelte"}
)
PLACEHOLDER = re.compile(
    r"(?i)(?:only[-_ ]?(?:4|for)[-_ ]?|change|replace|your|my|example|sample|dummy|fake|test|todo|insert|enter|put"
    r"|xxx|\*\*\*|\.\.\.|<)"
)
"""What people write where a secret is to be put."""
STRONG = re.compile(r"(?=.*\d)(?=.*[a-z])(?=.*[A-Z!#%&*^~?$@]).{10,}")
"""What a rule for passwords asks of people: whoever meets it chose `mySecretPass1!`, and did not leave a gap."""
SAMPLES = (".example", ".sample", ".template", ".dist", ".tmpl", ".j2")
LOCK_FILES = frozenset(
    {
        "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "poetry.lock", "uv.lock",
        "pdm.lock", "Pipfile.lock", "Cargo.lock", "go.sum", "go.work.sum", "composer.lock", "Gemfile.lock", "mix.lock",
        "packages.lock.json", "gradle.lockfile", "verification-metadata.xml", ".terraform.lock.hcl", "deno.lock",
        "Podfile.lock", "pubspec.lock", "flake.lock", "Chart.lock",
    }
)  # fmt: skip
"""Full of checksums: only what has a certain form counts there."""
DATA = frozenset({".svg", ".map", ".ipynb", ".csv", ".tsv", ".po", ".pot", ".snap", ".min.js", ".min.css", ".geojson"})


def counts(path: str, line: str, value: str, *, rule: str, certain: bool) -> Literal["certain", "likely"] | None:
    """How sure the find `value` on `line` of `path` is; None when it is not to be told."""
    if ALLOWED.search(line):
        return None
    name = PurePosixPath(path).name
    if rule in BY_NAME:
        value = re.sub(r"^(?:Bearer|Basic|Token|GenieKey)\s+", "", value)
        if _is_a_gap(value) or CODE.search(value) or _is_a_name(value) or name.endswith(SAMPLES):
            return None
        if PurePosixPath(path).suffix in SOURCE:
            if not WORDS.search(value):
                return None
            certain = certain and bool(MIXED.match(value))
    if certain:
        return "certain"
    return None if name in LOCK_FILES or any(name.endswith(each) for each in DATA) else "likely"


def _is_a_gap(value: str) -> bool:
    found = PLACEHOLDER.match(value)
    return found is not None and (not found[0].isalpha() or STRONG.fullmatch(value) is None)


def _is_a_name(value: str) -> bool:
    return len(value) < LONGEST_NAME and bool(NAMES.fullmatch(value))
