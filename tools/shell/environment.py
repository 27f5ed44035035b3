"""What the variables of a command do to the programs it runs, by their names."""

import re

from resources.catalogue import _
from tools.guard.decision import Verdict
from tools.guard.secret_context import is_secret_name
from tools.shell.facts import Facts
from tools.shell.syntax import Assignment
from tools.shell.words import literal

# They make a program load or run something else than its name says.
_HIJACK = re.compile(
    r"LD_\w+|DYLD_\w+|BASH_ENV|ENV|SHELLOPTS|BASHOPTS|PROMPT_COMMAND|PS[0-4]|BASH_FUNC.*|CDPATH|GLOBIGNORE|HISTFILE"
    r"|GIT_(?:SSH(?:_COMMAND|_VARIANT)?|EXTERNAL_DIFF|PROXY_COMMAND|CONFIG\w*|EXEC_PATH|TEMPLATE_DIR|ASKPASS|DIR"
    r"|WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE\w*|TRACE\w*)|SSH_ASKPASS|SUDO_\w+|PERL5OPT|PERL5DB|PERL5LIB"
    r"|PYTHONSTARTUP|PYTHONINSPECT|PYTHONHOME|PYTHONBREAKPOINT|RUBYOPT|RUBYLIB|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS"
    r"|LESSOPEN|LESSCLOSE|MANPAGER|BROWSER|GCONV_PATH|LOCPATH|NLSPATH|HOSTALIASES|RES_OPTIONS|OPENSSL_CONF"
    r"|SSL_CERT_\w+|ASTREINTE_\w+|EXECIGNORE|BASH_(?:LOADABLES_PATH|CMDS|ALIASES)|TAR_OPTIONS|GREP_OPTIONS|CURL_HOME|WGETRC"
)
_STEERS = re.compile(
    r"PATH|IFS|(?:AWS|SYSTEMD|PSQL|GH|BAT)_PAGER|DOCKER_(?:HOST|CONTEXT)|CONTAINER_HOST|PYTHONPATH|NODE_OPTIONS|NODE_PATH|(?:GIT_)?PAGER|(?:GIT_)?EDITOR|GIT_SEQUENCE_EDITOR|VISUAL|TMPDIR|HOME|SHELL"
    r"|\w+_PROXY|\w+_proxy|MAKEFLAGS|CC|CXX|GOFLAGS|RUSTC_WRAPPER|KUBECONFIG|DOCKER_CONFIG|AWS_CONFIG_FILE"
    r"|AWS_SHARED_CREDENTIALS_FILE|AWS_ENDPOINT_URL\w*|CLOUDSDK_\w+|TF_CLI_\w+|TF_PLUGIN\w*|NPM_CONFIG_\w+|npm_config_\w+"
    r"|PIP_\w+|UV_\w+|OLDPWD|PWD|DIRSTACK|POSIXLY_CORRECT|BASH_XTRACEFD|BASH_COMPAT|TERMINFO|LS_COLORS|KUBECTL_\w+|JQ_\w+|RIPGREP_CONFIG_PATH"
)
_HARMLESS = re.compile(
    r"LANG(?:UAGE)?|LC_\w+|TZ|NO_COLOR|FORCE_COLOR|CLICOLOR\w*|COLUMNS|LINES|TERM|CI|DEBUG|VERBOSE|LOG_LEVEL|RUST_LOG"
    r"|RUST_BACKTRACE|NODE_ENV|PYTHONUNBUFFERED|PYTHONDONTWRITEBYTECODE|GIT_TERMINAL_PROMPT|GIT_OPTIONAL_LOCKS"
    r"|DEBIAN_FRONTEND|AWS_(?:DEFAULT_)?REGION|AWS_(?:DEFAULT_)?PROFILE|AWS_(?:DEFAULT_)?OUTPUT"
    r"|DOCKER_BUILDKIT|TF_WORKSPACE|TF_IN_AUTOMATION|TF_INPUT|CHECKPOINT_DISABLE|SOURCE_DATE_EPOCH|[a-z]\w*"
)
# Bash evaluates whatever is assigned to these as arithmetic, and what stands in a subscript there runs.
_INTEGERS = re.compile(
    r"S?RANDOM|SECONDS|OPTIND|OPTERR|HISTCMD|HISTSIZE|HISTFILESIZE|LINENO|BASH_ARGV0|BASHPID|FUNCNEST|TMOUT|EPOCH\w+"
)
_PAGERS = re.compile(r"(?:GIT_|AWS_|SYSTEMD_|MAN|PSQL_|BAT_|GH_|DELTA_|KUBE_)?PAGER")
_NO_PAGER = {"", "cat", "less", "less -R", "more", "never"}
TEXT_ONLY = {
    "echo", "printf", "true", "false", ":", "test", "[", "expr", "git", "basename", "dirname", "kubectl", "jq", "yq",
    "cp", "ln", "tee", "install", "rsync", "docker", "docker-compose", "podman", "gh", "pwd",
}  # fmt: skip
"""Programs whose arguments are text, or whose own rules tell text from files."""
NAMES_ONLY = {
    "ls", "stat", "file", "du", "rm", "rmdir", "mkdir", "touch", "chmod", "chown", "realpath", "readlink", "find", "wc",
    "mv", "test", "which", "tree", "sed", "grep", "rg",
}  # fmt: skip
"""Programs that show or change what a file is called, not what it says, and those whose own rules look closer."""

Told = list[tuple[Verdict, str, str]]


def assigned(name: str, value: str | None = None) -> Told:
    """Reasons about an assignment, wherever it stands; `value` is None when it is not known."""
    if _PAGERS.fullmatch(name) and value in _NO_PAGER:
        return []
    if _HIJACK.fullmatch(name):
        message = _("{name} makes programs run or load something else than their name says.", name=name)
        return [("deny", "shell.hijacked_variable", message)]
    if _STEERS.fullmatch(name):
        return [("ask", "shell.steering_variable", _("{name} changes where programs look.", name=name))]
    if _INTEGERS.fullmatch(name) and not re.fullmatch(r"\d*", value or "?", re.ASCII):
        message = _("Arithmetic on text that is not known to be a number may run commands.")
        return [("ask", "shell.arithmetic", message)]
    return []


def handed_on(name: str, value: str | None = None) -> Told:
    """Reasons about a variable that a program receives."""
    if _HARMLESS.fullmatch(name) or assigned(name) or (_PAGERS.fullmatch(name) and value in _NO_PAGER):
        return []
    return [("ask", "shell.environment", _("Nobody knows what {name} does to the program.", name=name))]


def is_secret(name: str) -> bool:
    """Whether a variable of this name holds a secret."""
    return name not in {"PWD", "OLDPWD"} and is_secret_name(name)


# Addresses of stores and services often hold their password, and these their keys.
_MAY_HOLD = re.compile(
    r"(?:\w*_)?(?:DATABASE|DB|REDIS|MONGO\w*|POSTGRES\w*|PG|MYSQL|MARIADB|AMQP|RABBITMQ|BROKER|CELERY\w*|SENTRY|ELASTIC\w*|KAFKA|SUPABASE"
    r"|SLACK|DISCORD|TEAMS|SMTP|LDAP)(?:_\w*)?(?:URL|URI|DSN|WEBHOOK\w*)|\w*(?:WEBHOOK(?:_URL)?|DSN|_PAT|AUTH_CONFIG|KUBE_?CONFIG_\w+|ACCESS_KEY_ID|CONNECTION_STRING|CONN_STR)"
    r"|KUBECONFIG_\w+",
    re.IGNORECASE,
)


def may_hold_secret(name: str) -> bool:
    """Whether a variable of this name may hold a secret among other things."""
    return _MAY_HOLD.fullmatch(name) is not None


def exported(assignments: tuple[Assignment, ...], facts: Facts) -> tuple[tuple[str, str | None], ...]:
    """Name and text of every variable assigned: any of them may be in a program's environment already."""
    return tuple((each.name, literal(each.value, facts) if each.value else "") for each in assignments)
