"""Says what a path that a command names is: in the workspace, of the system, a secret, the guard's own."""

import fnmatch
import posixpath
import re
from typing import Literal

from tools.shell.facts import Facts
from tools.shell.words import HOLE

Kind = Literal["inside", "scratch", "system", "null", "outside", "sensitive", "secret", "guard", "device", "unknown"]

LONGEST_PATH = 4_096
_NULL = {
    "/dev/null",
    "/dev/stdin",
    "/dev/stdout",
    "/dev/stderr",
    "/dev/tty",
    "/dev/zero",
    "/dev/random",
    "/dev/urandom",
}
_SYSTEM = re.compile(
    r"/(?:usr|bin|sbin|lib\w*|nix/store)(?:/|$)|/etc/(?:[\w-]*-release|hostname|hosts|issue|debian_version|timezone"
    r"|localtime|resolv\.conf|nsswitch\.conf|protocols|services|shells|ssl/certs(?:/.*)?)$"
    r"|/proc/(?:cpuinfo|meminfo|loadavg|uptime|version|filesystems|stat)$"
)
_DEVICE = re.compile(
    r"/dev/(?:sd|hd|vd|xvd|nvme|mmcblk|loop|dm-|md|mapper|disk|mem|kmem|port|tcp|udp|kmsg|fuse|kvm|sr|raw)"
    r"|/proc/(?:sys|sysrq-trigger|kcore|kmem|kallsyms)|/sys/(?:kernel|power|firmware|fs/cgroup|module|block)"
)
_SECRET = re.compile(
    r"""
      /etc/(?:g?shadow|sudoers|ssl/private|krb5\.keytab|ssh/ssh_host_\w+_key$|ppp/chap-secrets|kubernetes(?:/|$)
             |rancher|docker/key\.json)
    | /(?:var/)?run/(?:secrets|user/\d+/(?:keyring|gnupg|docker|podman))
    | \.sock$ | /(?:docker|containerd|podman|crio)\.sock
    | /proc/[^/]+/(?:environ|mem|maps|root|cwd|fd|exe|task|map_files|auxv|pagemap)
    | /var/lib/(?:docker|kubelet|rancher|postgresql|mysql|etcd)(?:/|$) | /var/spool/cron
    | /\.(?:ssh)(?:/(?!known_hosts$|config$|[^/]*\.pub$|authorized_keys$)|$)
    | /\.(?:gnupg|password-store|azure|oci|vault|mozilla|electrum|bitcoin)(?:/|$)
    | /\.aws/(?:credentials|config|sso|cli)(?:/|$) | /\.(?:aws|kube)$ | /\.kube/(?:config|cache)?(?:[./].*)?$
    | /\.docker/(?:config\.json|contexts|machine|trust)(?:/|$)
    | /\.config/(?:gcloud|gh|hub|doctl|rclone|op|configstore|sops|helm|containers/auth\.json
                 |google-chrome|chromium)(?:/|$)
    | /\.local/share/(?:keyrings|containers)(?:/|$) | /library/keychains(?:/|$) | /\.terraform\.d/credentials
    | /\.cargo/credentials | /\.gem/credentials | /\.m2/settings(?:-security)?\.xml$ | /\.gradle/gradle\.properties$
    | /\.(?:bash|zsh|sh|python|psql|mysql|node_repl|rediscli|sqlite|irb|lesshst)_?history$ | /\.lesshst$
    """,
    re.VERBOSE,
)
_SECRET_NAME = re.compile(
    r"""
      [.#]*\.env(?:rc|[^a-z0-9*?\[].*)? | [^.].*\.env | \.?_?netrc | \.git-credentials | \.pgpass | \.my\.cnf
    | \.vault-token | \.vault_pass.* | \.pypirc | \.dockercfg | \.boto | \.s3cfg | \.htpasswd
    | \.credentials | credentials(?:\.\w+)?
    | credentials\.tfrc\.json | \.terraformrc | id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)? | kubeconfig(?:\..+)?
    | .+\.kubeconfig | application_default_credentials\.json | .+\.(?:kdbx|key|p12|pfx|jks|keystore|ppk|asc|gpg|age)
    | secrets?\.(?:ya?ml|json|toml|env|txt|ini) | master\.key | (?:gcp|google|firebase|service)[-_]?(?:account|key|sa)?
      [\w-]*(?:key|account|credentials?)[\w-]*\.json | .*(?:service[-_]?account|private[-_]?key).*\.json
    | token(?:\.txt)?
    | passwords?(?:\.txt)? | \.?npmrc_auth | \.secrets?
    """,
    re.VERBOSE,
)
_EXAMPLE = re.compile(r"(?:^|[._-])(?:example|sample|template|tmpl|dist|defaults?|schema|tpl|test|ci)(?:[._-]|$)")
_SENSITIVE_NAME = re.compile(
    r"\.npmrc|\.yarnrc(?:\.yml)?|.*\.tfstate(?:\.backup|\.\d+\.backup)?|.*\.tfvars(?:\.json)?|.+\.pem|.*\.tfplan"
)
_GUARD = re.compile(
    r"/\.astreinte(?:/|$)|/policy\.toml$|/\.git/(?:hooks|config|modules/.*/config|modules/.*/hooks)(?:/|$)|/\.git$"
)
_CREDENTIAL_SAMPLES = (
    ".env", ".env.local", ".env.production", ".ssh/id_rsa", ".ssh/id_ed25519", ".aws/credentials", ".kube/config",
    ".docker/config.json", ".git-credentials", ".netrc", ".pgpass", ".npmrc", ".gnupg/secring.gpg", ".vault-token",
    ".bash_history", ".config/gcloud/credentials.db", "id_rsa", "server.key", "credentials", "secrets.yaml",
    "prod.env", "production.env",
)  # fmt: skip
_SYSTEM_SAMPLES = (
    "/etc/shadow", "/etc/gshadow", "/etc/sudoers", "/proc/self/environ", "/proc/1/environ", "/var/run/docker.sock",
    "/run/docker.sock", "/dev/sda", "/dev/mem", "/run/secrets/token", "/etc/ssl/private/key.pem",
)  # fmt: skip


def resolved(text: str, folder: str) -> str:
    """`text` as an absolute path, seen from `folder`, without `.` and `..`."""
    path = posixpath.normpath(posixpath.join(folder, text))
    return "/" + path.lstrip("/")


def kind_of(text: str, folders: tuple[str, ...], facts: Facts, *, pattern: bool = False) -> Kind:
    """The most dangerous thing that `text` may name, seen from any of `folders`."""
    if len(text) > LONGEST_PATH:
        return "outside"
    kinds = {_kind(text, folder, facts, pattern=pattern) for folder in folders}
    return max(kinds, key=_ORDER.index)


_ORDER: tuple[Kind, ...] = (
    "null", "inside", "scratch", "system", "unknown", "outside", "sensitive", "guard", "device", "secret"
)  # fmt: skip


def _kind(text: str, folder: str, facts: Facts, *, pattern: bool) -> Kind:
    if not text:
        return "inside"
    known = text.partition(HOLE)[0]
    path = resolved(text, folder)
    lowered = path.lower()
    if text.startswith("/dev/") and ".." in text:
        return "secret"  # /dev/fd and its kin are links into /proc
    if path in _NULL or path.startswith("/dev/fd/"):
        return "null"
    if _is_secret(lowered, facts) or (pattern and _may_match_secret(text, folder, facts)):
        return "secret"
    if _DEVICE.match(path):
        return "device"
    if facts.state and _under(path, facts.state):
        return "secret"
    if HOLE in text:
        return "unknown" if _under(resolved(known, folder), facts.workspace) or not known else "outside"
    if _GUARD.search(lowered):
        return "guard"
    if _SENSITIVE_NAME.fullmatch(posixpath.basename(lowered)):
        return "sensitive"
    if pattern:
        path = resolved(re.split(r"[*?\[]", text, maxsplit=1)[0], folder)
    if text.startswith("~") and not text.startswith("~/"):
        return "outside"  # somebody else's home
    if _under(path, facts.workspace):
        return "inside"
    if _under(path, "/tmp") or _under(path, "/var/tmp"):  # noqa: S108 - the sandbox has its own
        return "scratch"
    return "system" if _SYSTEM.match(path) else "outside"


def _is_secret(path: str, facts: Facts) -> bool:
    name = posixpath.basename(path)
    if _SECRET_NAME.fullmatch(name) and not _EXAMPLE.search(name):
        return True
    if not _SECRET.search(path):
        return False
    # A repository may keep its deployment files in a folder of that name; there the file names above decide.
    in_workspace = _under(path, facts.workspace.lower()) and not _under(facts.home.lower(), facts.workspace.lower())
    return not in_workspace or bool(
        re.search(r"/\.(?:ssh|gnupg|password-store)/|/(?:credentials|config|config\.json)$", path)
    )


def _may_match_secret(text: str, folder: str, facts: Facts) -> bool:
    """Whether a pattern may match a well-known secret. `*` alone matches no hidden file, as in bash."""
    pattern = resolved(text, folder).lower().split("/")
    samples = [resolved(sample, place) for sample in _CREDENTIAL_SAMPLES for place in (folder, facts.home, "/root")]
    for sample in (*samples, *_SYSTEM_SAMPLES):
        parts = sample.lower().split("/")
        if len(parts) != len(pattern) or pattern == parts:
            continue
        if all(_matches(part, glob) for part, glob in zip(parts, pattern, strict=True)) and _tells(pattern, parts):
            return True
    return False


def _matches(part: str, glob: str) -> bool:
    if part.startswith(".") and not glob.startswith("."):
        return False
    return fnmatch.fnmatchcase(part, glob)


_COMMON = re.compile(r"\*\.(?:ya?ml|json|toml|txt|ini)")


def _tells(pattern: list[str], parts: list[str]) -> bool:
    """Whether the pattern says more of the secret's name than `*` does: `cat *` is no attempt at a secret."""
    if any(part.startswith(".") and part == glob for part, glob in zip(parts[:-1], pattern[:-1], strict=True)):
        return True  # everything in such a folder: `~/.aws/*`
    if _COMMON.fullmatch(pattern[-1]) and pattern[:-1] == parts[:-1]:
        return False  # `*.yaml` asks for configuration
    return any(part != glob and glob.strip("*") for part, glob in zip(parts, pattern, strict=True)) or (
        len(parts) > 1 and parts[1] in {"etc", "proc", "run", "dev"}
    )


def _under(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def is_inside(text: str, folders: tuple[str, ...], facts: Facts) -> bool:
    """Whether a path lies in the workspace, seen from each of `folders`."""
    return HOLE not in text and all(_under(resolved(text, folder), facts.workspace) for folder in folders)


def finds_secret(pattern: str) -> bool:
    """Whether a pattern, as `find -name` and `grep --include` take it, says more of a secret's name than `*` does.

    To them a leading dot is a character like any other.
    """
    lowered = pattern.lower()
    if not lowered.strip("*?") or _COMMON.fullmatch(lowered):
        return False
    return any(fnmatch.fnmatchcase(posixpath.basename(sample), lowered) for sample in _CREDENTIAL_SAMPLES)


def is_secret_pattern(text: str, folders: tuple[str, ...], facts: Facts) -> bool:
    """Whether a name or a pattern, as `find -name` takes it, asks for a secret."""
    return bool(text) and kind_of(text, folders, facts, pattern=any(sign in text for sign in "*?[")) == "secret"


_FRAGMENT = re.compile(r"[=:@,;\s'\"(){}<>|]+")


def mentions_secret(text: str, folders: tuple[str, ...], facts: Facts) -> bool:
    """Whether some part of an argument, of whatever form, names a secret or a device."""
    parts = {text, *_FRAGMENT.split(text)}
    return any(
        ("/" in part or part.startswith((".", "~", "id_"))) and kind_of(part, folders, facts) in {"secret", "device"}
        for part in parts
        if part and "://" not in part
    )
