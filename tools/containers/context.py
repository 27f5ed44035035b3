"""The build context: what the ignore file lets through, how large it is, and whether secrets would travel with it."""

import os
import posixpath
import stat
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tools.containers.ignore_patterns import IgnorePatterns
from tools.guard.secret_search import find_secrets

CHUNK = 1 << 20
LARGEST_TOLD = 5
LARGEST_SCANNED = 200_000  # bytes of one file
MOST_SCANNED = 3_000  # files
# Names that hold credentials whatever is written in them.
SECRET_NAMES = frozenset(
    {"id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".netrc", ".pgpass", ".htpasswd", "kubeconfig", ".vault-token"}
    | {"terraform.tfstate", "terraform.tfstate.backup", "service-account.json", ".env", ".env.local"}
)
LOOKED_INTO = frozenset({".npmrc", ".pypirc", "settings.xml", "auth.json", "credentials.json"})
# Folders of credentials; other files in them (a known_hosts, a task definition, an nginx.conf) are looked into.
SECRET_FOLDERS = frozenset({".aws", ".ssh", ".kube", ".docker", ".azure"})
SECRET_PLACES = frozenset(
    {(".aws", "credentials"), (".kube", "config"), (".docker", "config.json"), (".azure", "accessTokens.json")}
    | {(".azure", "msal_token_cache.json"), (".azure", "service_principal_entries.json")}
)
SECRET_SUFFIXES = frozenset({".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".tfstate", ".kdbx"})
SAMPLES = (".example", ".sample", ".template", ".dist", ".test")
# Where people write credentials down; sources are left to the scanners of the repository.
SCANNED = frozenset(
    {".json", ".yml", ".yaml", ".toml", ".ini", ".cfg", ".conf", ".properties", ".xml", ".sh", ".tfvars", ".env", ""}
)
THIRD_PARTY = frozenset({"node_modules", "vendor", "site-packages", ".venv", "venv"})
NOT_OWN = THIRD_PARTY | {".git", "target", "dist", "build"}


@dataclass(frozen=True)
class Sent:
    """One file, folder or link that goes to the engine; `path` is relative to the context."""

    path: str
    size: int
    mode: int
    mtime: float
    link: str | None = None


@dataclass(frozen=True)
class BuildContext:
    """Everything that would be sent. `ignore_file` is the one that counts, `secrets` paths with what they hold."""

    root: Path
    entries: tuple[Sent, ...]
    ignored: int
    ignore_file: str | None
    secrets: tuple[tuple[str, str], ...]
    unscanned: int = 0
    """Files that may hold secrets and were beyond the bounds of the scan."""

    @property
    def files(self) -> int:
        """How many regular files."""
        return sum(1 for each in self.entries if stat.S_ISREG(each.mode))

    @property
    def size(self) -> int:
        """Bytes of all of them."""
        return sum(each.size for each in self.entries)

    @property
    def largest(self) -> list[Sent]:
        """The largest files, first the largest."""
        return sorted(self.entries, key=lambda each: (-each.size, each.path))[:LARGEST_TOLD]


def scan(root: Path, dockerfile: str) -> BuildContext:
    """Look at the context `root` as the engine would be sent it. Blocking; links are never followed.

    `dockerfile` is relative to `root`; its own ignore file (`NAME.dockerignore`) wins over `.dockerignore`.

    Raises:
        IgnoreFileError: the ignore file cannot be read as one.
    """
    dockerfile = posixpath.normpath(dockerfile)
    name = next((each for each in (f"{dockerfile}.dockerignore", ".dockerignore") if (root / each).is_file()), None)
    patterns = IgnorePatterns.read((root / name).read_bytes().decode("utf-8", errors="replace") if name else "")
    always = {dockerfile, ".dockerignore", *([name] if name else [])}  # the engine itself takes them out again
    walk = _Walk(patterns, always)
    walk.folder(str(root), "")
    entries = tuple(sorted(walk.entries, key=lambda each: each.path))
    found, unscanned = _secrets(root, entries, always)
    return BuildContext(root, entries, walk.ignored, name, found, unscanned)


def pack(context: BuildContext) -> Iterator[bytes]:
    """The context as a tar archive, in chunks: sorted, owned by root, so that equal contexts give equal bytes.

    A file that has changed its size since the scan is cut or filled up: the archive stays whole.
    """
    for each in context.entries:
        info = tarfile.TarInfo(each.path)
        info.mode, info.mtime = stat.S_IMODE(each.mode), int(each.mtime)
        if each.link is not None:
            info.type, info.linkname = tarfile.SYMTYPE, each.link
        elif stat.S_ISDIR(each.mode):
            info.type = tarfile.DIRTYPE
        else:
            info.size = each.size
        yield info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")
        if info.size:
            yield from _content(context.root / each.path, info.size)
    yield b"\0" * 1024


def _content(path: Path, size: int) -> Iterator[bytes]:
    left = size
    with path.open("rb") as stream:
        while left and (chunk := stream.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
    yield b"\0" * (left + -size % 512)


class _Walk:
    def __init__(self, patterns: IgnorePatterns, always: set[str]) -> None:
        self.patterns = patterns
        self.always = always
        self.entries: list[Sent] = []
        self.ignored = 0

    def folder(self, real: str, path: str) -> None:
        with os.scandir(real) as found:
            children = list(found)
        for child in children:
            name = f"{path}/{child.name}" if path else child.name
            ignored = bool(self.patterns.groups) and self.patterns.ignores(name) and name not in self.always
            is_folder = child.is_dir(follow_symlinks=False)
            if ignored:
                self.ignored += 1
                if not is_folder or not self.patterns.may_keep_below(name):
                    continue
            said = child.stat(follow_symlinks=False)
            if is_folder:
                if not ignored:
                    self.entries.append(Sent(name, 0, said.st_mode, said.st_mtime))
                self.folder(child.path, name)
            elif stat.S_ISLNK(said.st_mode):
                self.entries.append(Sent(name, 0, said.st_mode, said.st_mtime, str(Path(child.path).readlink())))
            elif stat.S_ISREG(said.st_mode):  # sockets and pipes cannot be sent
                self.entries.append(Sent(name, said.st_size, said.st_mode, said.st_mtime))


def _secrets(root: Path, entries: tuple[Sent, ...], always: set[str]) -> tuple[tuple[tuple[str, str], ...], int]:
    found: list[tuple[str, str]] = []
    scanned = unscanned = 0
    for each in entries:
        if not stat.S_ISREG(each.mode) or each.path in always:
            continue
        path = PurePosixPath(each.path)
        told = _by_name(path)
        if told == "certain":
            found.append((each.path, path.name))
        elif told == "look" or (path.suffix in SCANNED and not NOT_OWN.intersection(path.parts)):
            if scanned >= MOST_SCANNED or each.size > LARGEST_SCANNED:
                unscanned += 1
                continue
            scanned += 1
            text = (root / each.path).read_text(encoding="utf-8", errors="replace")
            rules = sorted({secret.rule for secret in find_secrets(text) if secret.certain})
            if rules:
                found.append((each.path, ", ".join(rules)))
    return tuple(found), unscanned


def _by_name(path: PurePosixPath) -> str | None:
    name, folders, suffix = path.name.lower(), path.parts[:-1], path.suffix
    if path.parts[-2:] == (".git", "config"):  # a remote's URL may carry a token
        return "look"
    if name.endswith(SAMPLES) or THIRD_PARTY.intersection(folders):
        return None
    certain = (
        name in SECRET_NAMES
        or path.parts[-2:] in SECRET_PLACES
        or suffix == ".tfstate"
        or ".gnupg" in folders
        or (".aws" in path.parts and "cache" in folders)
        or (name.startswith(".env.") and name.endswith("local"))
    )
    if certain:
        return "certain"
    plausible = name.startswith(".env.") or suffix in SECRET_SUFFIXES or name in LOOKED_INTO
    return "look" if plausible or SECRET_FOLDERS.intersection(folders) else None
