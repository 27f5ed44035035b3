"""What looks like a secret and is none: said by the file it stands in, by the line, or by a person."""

import re
from pathlib import PurePosixPath

ALLOWED = re.compile(r"(?:astreinte:allow-secret|gitleaks:allow|pragma: allowlist secret|nosec)\b")
"""A comment on the line says that somebody has looked."""
BY_NAME = "assigned_secret"
"""The rule that only the name of a variable speaks for."""
PLACEHOLDER = re.compile(
    r"(?i)(?:change|replace|your|my|example|sample|dummy|fake|test|todo|insert|enter|put|xxx|\*\*\*|\.\.\.|<)"
)
"""What people write where a secret is to be put."""
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


def counts(path: str, line: str, value: str, *, rule: str, certain: bool) -> bool:
    """Whether the find `value` on `line` of `path` is to be told."""
    if ALLOWED.search(line):
        return False
    name = PurePosixPath(path).name
    if rule == BY_NAME and (PLACEHOLDER.match(value) or name.endswith(SAMPLES)):
        return False
    if certain:
        return True
    return name not in LOCK_FILES and not any(name.endswith(each) for each in DATA)
