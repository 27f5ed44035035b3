"""Rules of package managers, build tools and test runners: what lists, what runs a project's code, what installs."""

import re

from resources.catalogue import _
from tools.guard.decision import Reason
from tools.shell.call import Call
from tools.shell.options import options
from tools.shell.programs.readers import outputs
from tools.shell.programs.wrappers import anywhere
from tools.shell.words import Argument

# Program -> the words after it that only read, without running the project's code or showing credentials. Of yarn, pnpm,
# cargo, bundler, composer and mise even these run what the project's own settings name.
READS: dict[str, set[str]] = {
    "npm": {"ls", "list", "ll", "la", "outdated", "view", "info", "show", "why", "explain", "root", "prefix", "bin", "ping", "search", "help", "docs-none", "fund", "audit", "query", "pkg get", "config get", "repo-none"},
    "pnpm": set(), "yarn": set(),
    "bun": {"pm ls", "pm bin", "outdated"}, "deno": {"info", "check-none", "doc", "types"}, "corepack": set(),
    "pip": {"list", "show", "freeze", "check", "index", "debug", "inspect", "help"}, "pip3": {"list", "show", "freeze", "check", "index", "debug", "inspect", "help"},
    "uv": {"tree --frozen", "pip list", "pip show", "pip freeze", "pip check", "pip tree", "python list", "tool list", "python find", "cache dir", "tool dir", "python dir"},
    "poetry": {"show", "check", "env info", "env list", "about", "search"}, "pdm": {"list", "info", "show", "outdated"}, "pipenv": {"graph", "check-none"}, "conda": {"list", "info", "env list", "search"},
    "cargo": set(), "rustup": {"show", "toolchain list", "target list", "component list", "which"},
    "go": {"version", "env", "list", "doc", "help"}, "gem": {"list", "info", "search", "which", "env", "environment", "contents", "dependency"}, "bundle": set(), "bundler": set(),
    "composer": set(), "dotnet": {"--info", "--list-sdks", "--list-runtimes"}, "mvn": set(), "gradle": set(), "mix": set(),
    "apt": {"list", "show", "search", "policy", "depends", "rdepends"}, "apt-cache": {"show", "search", "policy", "depends", "rdepends", "madison", "showpkg", "pkgnames", "stats"}, "dpkg-query": {"-W", "-l", "-L", "-S", "-s", "--list", "--show", "--listfiles", "--search", "--status"},
    "dpkg": {"-l", "-L", "-S", "-s", "--list", "--listfiles", "--search", "--status", "--get-selections", "--print-architecture", "--compare-versions"}, "rpm": {"-q", "-qa", "-qi", "-ql", "-qf", "-qR", "--query"},
    "apk": {"info", "list", "search", "policy", "version"}, "yum": {"list", "info", "search", "repolist"}, "dnf": {"list", "info", "search", "repolist"}, "brew": {"list", "ls", "info", "search", "outdated", "deps", "uses", "--prefix", "--version", "config", "doctor"}, "pacman": {"-Q", "-Qi", "-Ql", "-Qs", "-Ss", "-Si"},
    "snap": {"list", "info", "find"}, "flatpak": {"list", "info", "search"}, "nvm": {"ls", "list", "current", "which"}, "pyenv": {"versions", "version", "which"}, "asdf": {"list", "current", "where", "which"}, "mise": set(),
}  # fmt: skip
_COMMON = (
    "--json -a --all -l --long -v --verbose -q --quiet --help -h --no-color --color? --format= -i --installed --upgradable"
    " --upgradeable --manual-installed --names-only --tree --depth= --outdated"
)
# For each family of managers, the options that choose and shape what is shown.
_OPTIONS: dict[str, str] = {
    "npm": _COMMON + " -p --parseable -g --global --omit= --include= --prod --production --dev --only= --link -w= --workspace= --workspaces --ws"
    " --include-workspace-root --audit-level= --recursive -r --silent -s --loglevel= --no-fund --no-audit --filter= -F= -D -P --lockfile --latest --package-lock-only"
    " --groups= --level= --pattern= --only-allow= --searchlimit= --no-description --compatible --sort-by=",
    "pip": _COMMON + " -o --uptodate -u --user --local --path@ --pre --not-required --include-editable --exclude-editable -e --editable --exclude= -f --files -r@"
    " --requirement@ --disable-pip-version-check --no-input --retries= --timeout= --strict --system --python-version= --platform= --implementation= --abi= --only-installed --managed-python",
    "uv": _COMMON + " --universal --no-dedupe --invert --package= --prune= --no-dev --only-dev --dev --group= --no-group= --all-groups --frozen --locked --offline --strict"
    " --editable --exclude-editable --show-sizes --show-sources --show-version-specifiers --show-urls --all-versions --only-installed --only-downloads --no-managed-python --system --user --show-paths --show-with --show-extras",
    "poetry": _COMMON + " -t -T --why --latest --only= --with= --without= --top-level --no-dev --main --full-path --lock --graph",
    "cargo": _COMMON + " -e= --edges= --features= --all-features --no-default-features --offline --locked --frozen --format-version= --no-deps -p= --package= --workspace"
    " --invert= --prune= -d --duplicates --no-dedupe --prefix= --charset= --filter-platform= --exclude= --limit= --bins --lib --message-format= --toolchain=",
    "go": "-m -json -f= -deps -versions -e -find -retracted -a -all -short -src -c -cmd -changed -v",
    "gem": _COMMON + " --local --remote --versions --no-versions -r --exact -e --prerelease -d --details --paths --name-only --groups= --only-explicit --strict --parseable --filter-patch --filter-minor --filter-major",
    "composer": _COMMON + " -t --platform -s --self -N --name-only --path -D --direct --strict -o --outdated --latest -m --minor-only -p --patch-only --ignore= --no-dev --available --recursive -r --no-check-all --no-check-publish -f=",
    "apt": _COMMON + " -n --full -f --recurse --no-recommends --no-suggests --important --no-pager -W -S -L -R -d -w -s -r -e",
}  # fmt: skip
_FAMILIES = {
    "npm": "npm", "pnpm": "npm", "yarn": "npm", "bun": "npm", "pip": "pip", "pip3": "pip", "uv": "uv", "poetry": "poetry", "pdm": "poetry",
    "pipenv": "poetry", "conda": "poetry", "cargo": "cargo", "rustup": "cargo", "go": "go", "gem": "gem", "bundle": "gem", "bundler": "gem",
    "composer": "composer", "apt": "apt", "apt-cache": "apt", "apk": "apt", "yum": "apt", "dnf": "apt", "brew": "apt",
}  # fmt: skip
_STEERING = (
    r"--(?:root|admindir|instdir|dbpath|eval|define|load|initscript|exec|pipe|log|config|macros|rcfile|undefine|path|target|cachedir"
    r"|gpgdir|hookdir|sysroot|(?:pre|post)-invoke|status-logger)(?:=|$)|-[DEr]$"
)
_CREDENTIAL = re.compile(r"_auth|token|password|_password|secret|credential|//", re.IGNORECASE)
# Tools that run the project's own code or change it, never allowed at once, listed so that the person is told what they are.
RUNNERS = {
    "make", "gmake", "cmake", "ninja", "meson", "just", "task", "rake", "ant", "bazel", "buck2", "pants", "sbt", "lein", "tox", "nox", "pytest", "jest", "vitest", "mocha", "playwright", "cypress", "phpunit",
    "rspec", "npx", "pnpx", "bunx", "uvx", "pipx", "tsx", "ts-node", "nx", "turbo", "lerna", "webpack", "vite", "next", "rollup", "esbuild", "tsc", "eslint", "prettier", "black", "ruff", "isort", "mypy", "pyright", "flake8", "pylint", "bandit",
    "mvnw", "gradlew", "celery", "gunicorn", "uvicorn", "flask", "django-admin", "alembic", "prisma", "sequelize", "knex", "typeorm", "flyway", "liquibase", "rails", "artisan", "symfony", "gofmt", "goimports", "golangci-lint", "rustc", "gcc", "cc", "clang",
    "g++", "c++", "javac", "jar", "kotlinc", "swift", "xcodebuild", "pre-commit", "act", "dagger", "earthly", "hatch", "twine", "goreleaser", "changeset", "semantic-release", "commitizen", "cz", "dvc", "dbt", "airflow",
}  # fmt: skip
_MAKE_DRY = {"-n", "--dry-run", "--just-print", "-p", "--print-data-base"}


def manager(call: Call, _document: str | None) -> list[Reason]:
    """A package manager: listing words read; everything else installs or runs code."""
    texts = [each.text for each in call.arguments]
    if texts in (["--version"], ["-v"], ["-V"], ["version"], ["--help"], ["help"], ["-version"]):
        return call.reads()
    if any(each.loose or not each.known for each in call.arguments):
        return call.unknown()
    if (
        (call.program in {"npm", "pnpm", "yarn"} and texts[:1] == ["token"])
        or texts[:2] in (["config", "list"], ["config", "ls"])
        or (texts[:2] == ["config", "get"] and _CREDENTIAL.search(" ".join(texts)))
    ):
        return call.changes("secrets.settings", _("It shows or stores credentials."))
    words = [text for text in texts if not text.startswith("-")]
    allowed = READS.get(call.program, set())
    first = texts[0] if texts else ""
    read = first in allowed or " ".join(texts[:2]) in allowed
    family = _FAMILIES.get(call.program, "")
    known = options(_OPTIONS.get(family, _COMMON), single_dash=family == "go")
    parsed = call.of(call.program, call.arguments[1:]).parse(known)
    writes = bool(parsed.unknown) or any(call.kind(each) != "inside" for each in parsed.files)
    if first.startswith("-"):  # the listing word itself is an option: dpkg, rpm, pacman
        writes = any(re.match(_STEERING, text) for text in texts[1:])
    if read and not writes and not (first == "audit" and "fix" in words):
        return call.reads(f"{call.program}.read")
    rest = _wrapped(call, texts)
    if rest:
        return call.changes(
            f"{call.program}.run", _("{program} installs, builds or runs code of the project.", program=call.program)
        ) + anywhere(call, rest)
    if any(re.match(r"https?://|git\+|\.\./|file:", text) for text in texts):
        return call.changes(f"{call.program}.foreign_source", _("It installs from an address of its own."))
    return call.changes(
        f"{call.program}.change", _("{program} installs, builds or runs code of the project.", program=call.program)
    )


def _wrapped(call: Call, texts: list[str]) -> tuple[Argument, ...]:
    """The command line that `uv run`, `npm exec`, `bundle exec` and their kin run."""
    if texts[:1] in (["run"], ["exec"], ["x"], ["dlx"]) and call.program in {
        "uv",
        "poetry",
        "pdm",
        "pipenv",
        "bundle",
        "hatch",
        "npm",
        "pnpm",
        "yarn",
        "conda",
        "mise",
        "rustup",
        "pipx",
        "bun",
    }:
        if texts[0] == "run" and call.program in {"npm", "pnpm", "yarn", "bun"}:
            return ()
        position = 1
        while position < len(texts) and texts[position].startswith("-"):
            position += 1
        return call.arguments[position:]
    return ()


def runner(call: Call, _document: str | None) -> list[Reason]:
    """Build tools, test runners, linters: they run the project's code, or its configuration."""
    texts = [each.text for each in call.arguments]
    if texts in (["--version"], ["-v"], ["-V"], ["version"], ["--help"], ["-version"], ["-h"]):
        return call.reads()
    if call.program in {"make", "gmake"} and any(
        re.match(r"(?:SHELL|MAKEFLAGS|\.SHELLFLAGS|MAKEFILES)[:+?]?=|--eval", text) for text in texts
    ):
        return call.refuses("shell.hidden_program", _("A variable of make runs a program."))
    makefile = [each for option, each in zip(texts, call.arguments[1:], strict=False) if option in {"-f", "--file"}]
    if call.program in {"make", "gmake"} and any(
        each.process or not each.known or (each.text in {"-", "/dev/stdin"} and call.stdin == "pipe")
        for each in makefile
    ):
        return call.refuses("shell.piped_program", _("A shell runs a text that another program produces."))
    reasons = call.changes(
        f"{call.program}.run", _("{program} installs, builds or runs code of the project.", program=call.program)
    )
    reasons += outputs(call)
    if call.program in {"npx", "pnpx", "bunx", "uvx", "pipx"}:
        for option, text in zip(texts, call.arguments[1:], strict=False):
            if option in {"-c", "--call"}:
                reasons += [each for each in call.script(text.text, text) if each.verdict == "deny"]
        reasons += anywhere(call, call.arguments)
    return reasons
