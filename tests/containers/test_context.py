"""What of a folder is sent to the engine: .dockerignore as Moby reads it, and no secret."""

import io
import posixpath
import re
import subprocess
import tarfile
import time
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.containers.private_dockerd import Engine
from tools.containers.context import pack, scan
from tools.containers.ignore_patterns import IgnoreFileError, IgnorePatterns

TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
# ignore file, path, whether it is left out (Moby's own rules)
RULES = [
    ("*.md", "README.md", True),
    ("*.md", "docs/README.md", False),
    ("**/*.md", "docs/a/README.md", True),
    ("**/*.md", "README.md", True),
    ("docs", "docs/a/b", True),
    ("/docs/", "docs/a", True),
    ("docs/**", "docs/a", True),
    ("**", "a", True),
    ("*", "a/b", True),
    ("*\n!src", "src/main.py", False),
    ("*\n!src\nsrc/*.log", "src/a.log", True),
    ("!keep.md\n*.md", "keep.md", True),
    ("*.md\n!README*.md", "README-secret.md", False),
    ("# a comment\n  \n a ", "a", True),
    (" # no comment", "# no comment", True),
    ("\ufefftemp?", "temp1", True),
    ("a/../b", "b", True),
    ("./b", "b", True),
    ("[ab].txt", "a.txt", True),
    ("[ab].txt", "c.txt", False),
    ("a\\*", "a*", True),
    ("a\\*", "ab", False),
    ("a+b", "a+b", True),
    ("**/node_modules", "x/node_modules/y/z", True),
    ("a**/b", "abc/d/b", True),
    # What names the context itself is passed over: were it read as "all", secrets would travel unseen.
    (".", "abc", False),
    ("/", "abc", False),
    ("a/..", "abc", False),
    ("*\n!.", "abc", True),
    ("[a-c]x", "bx", True),
    ("[^a]x", "ax", False),
    ("[!a]x", "!x", True),
    ("[\\]a]x", "]x", True),
    ("a]b", "a]b", True),
    ("a\rb", "a\rb", True),
    ("a \r\nb\r", "b", True),
]


@pytest.mark.parametrize(("ignore", "path", "left_out"), RULES)
def test_an_ignore_file_is_read_as_the_engine_reads_it(ignore: str, path: str, left_out: bool) -> None:
    assert IgnorePatterns.read(ignore).ignores(path) is left_out


@pytest.mark.parametrize("pattern", ["[", "a[b", "[]a]", "[a-]", "a\\", "[b-a]"])
def test_what_the_engine_refuses_as_a_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(IgnoreFileError, match="2"):
        IgnorePatterns.read(f"a\n{pattern}\n")


PARTS = st.lists(st.sampled_from(["*", "?", "a", "b", "/", "[^b]"]), min_size=1, max_size=8).map("".join)


@given(pattern=PARTS, path=st.text("ab/", min_size=1, max_size=12))
def test_stars_that_commit_match_what_trying_every_split_would(pattern: str, path: str) -> None:
    cleaned = posixpath.normpath(re.sub(r"\*+", "*", pattern)).lstrip("/")
    assume(cleaned not in {"", "."})
    slow = cleaned.replace("?", "[^/]").replace("*", "[^/]*")
    assert IgnorePatterns.read(cleaned).ignores(path) == bool(re.fullmatch(f"{slow}(?:/.*)?", path))


def test_many_stars_do_not_hang_on_a_long_name() -> None:
    started = time.process_time()
    assert not IgnorePatterns.read("*a" * 20 + "*b").ignores("a" * 250)
    assert time.process_time() - started < 1


def test_a_lone_exclamation_mark_is_refused() -> None:
    with pytest.raises(IgnoreFileError, match="2"):
        IgnorePatterns.read("a\n!\n")


NAMES = st.sampled_from(["a", "b", "src", "x.md", "y.md", "lib"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
LINES = st.lists(
    st.tuples(
        st.sampled_from(["", "!"]),
        st.sampled_from(["a", "*.md", "**/*.md", "src", "src/**", "*", "a/b", "!src"[1:], "lib/?", "**/lib"]),
    ),
    min_size=1,
    max_size=5,
).map(lambda lines: "\n".join("".join(line) for line in lines))


@given(ignore=LINES, paths=st.sets(PATHS, min_size=1, max_size=8))
def test_a_scan_sends_exactly_what_the_rules_let_through(
    ignore: str, paths: set[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("context")
    files = set()
    for path in sorted(paths):
        place = root / path
        if any((root / each).is_file() for each in Path(path).parents if str(each) != ".") or place.is_dir():
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("x")
        files.add(path)
    (root / ".dockerignore").write_text(ignore)
    (root / "Dockerfile").write_text("FROM scratch\n")
    patterns = IgnorePatterns.read(ignore)
    sent = {each.path for each in scan(root, "Dockerfile").entries if (root / each.path).is_file()}
    assert sent == {path for path in files if not patterns.ignores(path)} | {"Dockerfile", ".dockerignore"}


@pytest.mark.parametrize(
    "ignore", [".", "/", "*\n!.", "*\n!a", "a\n!a/b", "**/*.md\n!src/x.md", "src\n!src/lib/x.md", "*", "!a\nb*"]
)
def test_the_engine_gets_what_the_scan_says(engine: Engine, tmp_path: Path, ignore: str) -> None:
    for path in ("a/b", "a/x.md", "b", "src/x.md", "src/lib/x.md", "src/lib/y.md", "x.md"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("x")
    (tmp_path / "Dockerfile").write_text(
        "FROM base:1\nCOPY . /srv/\nRUN cd /srv && find . -type f | sort > /list\n".replace("find .", "busybox find .")
    )
    (tmp_path / ".dockerignore").write_text(ignore)
    environment = {"DOCKER_BUILDKIT": "1"}
    image = engine.docker("build", "--quiet", "--network=none", str(tmp_path), environment=environment)
    listed = {
        each.removeprefix("./")
        for each in engine.docker("run", "--rm", "--network=none", image, "cat", "/list").split()
    }
    sent = {each.path for each in scan(tmp_path, "Dockerfile").entries if (tmp_path / each.path).is_file()}
    always = {"Dockerfile", ".dockerignore"}  # the engine takes them out again when they are ignored
    assert listed - always == sent - always


def test_secrets_are_found_by_name_and_by_content(tmp_path: Path) -> None:
    for path, text in {
        ".env": "A=1",
        ".env.example": "TOKEN=",
        "config/app.yaml": f"token: {TOKEN}",
        "keys/server.pem": "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        "keys/private.pem": "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\n-----END PRIVATE KEY-----\n",
        ".aws/credentials": "x",
        "node_modules/ssh2/test/id_rsa": "x",
        "terraform.tfstate": "{}",
        "README.md": "nothing",
        ".docker/nginx.conf": "server {}",
        ".docker/config.json": "{}",
        ".aws/task-definition.json": "{}",
        ".aws/sso/cache/1.json": "{}",
        ".ssh/known_hosts": "host ssh-rsa AAAA",
        ".kube/values.yml": f"token: {TOKEN}",
        "build/.env": "A=1",
        "vendor/package/.env": "A=1",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    found = {path for path, _rule in scan(tmp_path, "Dockerfile").secrets}
    assert found == {
        *(".env", "config/app.yaml", "keys/private.pem", ".aws/credentials", "terraform.tfstate", "build/.env"),
        *(".docker/config.json", ".aws/sso/cache/1.json", ".kube/values.yml"),
    }


def test_an_ignore_file_that_names_the_context_hides_no_secret(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=1")
    (tmp_path / ".dockerignore").write_text(".\n/\n")
    assert scan(tmp_path, "./Dockerfile").secrets == ((".env", ".env"),)


def test_an_ignore_file_of_the_dockerfiles_own_wins(tmp_path: Path) -> None:
    for name in ("a", "b", "web.Dockerfile"):
        (tmp_path / name).write_text("x")
    (tmp_path / ".dockerignore").write_text("a\n")
    (tmp_path / "web.Dockerfile.dockerignore").write_text("b\n")
    context = scan(tmp_path, "web.Dockerfile")
    assert context.ignore_file == "web.Dockerfile.dockerignore"
    assert {"a", "b"} & {each.path for each in context.entries} == {"a"}


def test_links_are_sent_as_links_and_never_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("x")
    root = tmp_path / "root"
    root.mkdir()
    (root / "link").symlink_to(outside)
    subprocess.run(["mkfifo", root / "pipe"], check=True)
    context = scan(root, "Dockerfile")
    assert [(each.path, each.link) for each in context.entries] == [("link", str(outside))]


def test_the_archive_is_whole_sorted_and_the_same_again(tmp_path: Path) -> None:
    for name in ("b/two", "a", "b/one", "é" * 120):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    context = scan(tmp_path, "Dockerfile")
    data = b"".join(pack(context))
    (tmp_path / "a").write_text("longer than it was when it was scanned")
    again = b"".join(pack(context))
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        names = tar.getnames()
        assert names == sorted(names)
        stream = tar.extractfile("é" * 120)
        assert stream is not None
        assert stream.read().decode() == "é" * 120
        assert {each.uid for each in tar.getmembers()} == {0}
    assert len(again) == len(data)
