"""What a story happens in: a repository, a small cloud, production, an escalation route, a person, all on this machine."""

import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.stories.words import Language
from tests.terraform.cloud_fixture import SmallCloud, small_cloud

WHO = {"GIT_AUTHOR_NAME": "Alice", "GIT_AUTHOR_EMAIL": "alice@example.com",
       "GIT_COMMITTER_NAME": "Alice", "GIT_COMMITTER_EMAIL": "alice@example.com",
       "GIT_AUTHOR_DATE": "2026-11-02T08:00:00Z", "GIT_COMMITTER_DATE": "2026-11-02T08:00:00Z",
       "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}  # fmt: skip
LENGTHS = (40, 12, 10, 8, 7)
"""How much of a commit's name is said, the longest first."""


@dataclass(frozen=True)
class World:
    """`repository` is the server's workspace. `port` is where production answers."""

    root: Path
    repository: Path
    cloud: SmallCloud
    port: int
    language: Language

    @property
    def environment(self) -> Mapping[str, str]:
        """What the server and the person's terminal are started with."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.root / "home"),
            "LANG": "C.UTF-8",
            "ASTREINTE_STATE": str(self.root / "state"),
            "ASTREINTE_LANGUAGE": self.language,
            "TF_CLI_CONFIG_FILE": str(self.cloud.settings),
        }

    @property
    def still(self) -> Mapping[str, str]:
        """What differs from run to run, and what the page says instead."""
        commits = self.git("rev-list", "--all", "--reverse").split()
        named = {commit[:length]: f"commit-{number}" for number, commit in enumerate(commits, 1) for length in LENGTHS}
        return {str(self.root): "/srv", f"127.0.0.1:{self.port}": "127.0.0.1:8080", **named}

    def commit(self, message: str, **files: str) -> None:
        """Somebody commits `files` (or what lies there already)."""
        for name, content in files.items():
            self.lay(name, content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def lay(self, name: str, content: str) -> None:
        """A file of the repository."""
        path = self.repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)

    def git(self, *arguments: str) -> str:
        """Git, as Alice."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.repository,
            env={**os.environ, **WHO},
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def applied(self) -> None:
        """What the repository's configuration says exists already: somebody applied it before the story begins."""
        for arguments in (("init",), ("apply", "-auto-approve")):
            argv = ["terraform", *arguments, "-input=false", "-no-color"]
            subprocess.run(argv, cwd=self.cloud.folder, env=self.environment, check=True, capture_output=True)

    def terraform(self, resources: str) -> str:
        """A configuration of the small cloud."""
        return (
            'terraform {\n  required_providers {\n    aws = {\n      source  = "example.com/astreinte/aws"\n'
            '      version = "1.0.0"\n    }\n  }\n}\n\n'
            f'provider "aws" {{\n  endpoint = {json.dumps(str(self.cloud.home / "cloud.json"))}\n}}\n\n' + resources
        )


class Production:
    """Answers on loopback as the thing would that the cloud runs, or as the program does that was deployed."""

    def __init__(self) -> None:
        self.answers: Callable[[str], tuple[int, bytes]] = lambda _path: (503, b"nothing is deployed\n")
        self.processes: list[subprocess.Popen[bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = outer.answers(self.path)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_told: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def ends_with(self, process: subprocess.Popen[bytes]) -> None:
        """`process` runs in production; it is ended with it."""
        self.processes.append(process)

    def end(self) -> None:
        """Nothing of it is left."""
        self.server.shutdown()
        self.server.server_close()
        for process in self.processes:
            process.terminate()
            process.wait(10)


@contextmanager
def world(root: Path, language: Language) -> Iterator[tuple[World, Production]]:
    """An empty repository, an empty cloud, and a production where nothing runs yet."""
    production = Production()
    thread = threading.Thread(target=production.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    repository = root / "shop"
    (repository / "infra").mkdir(parents=True)
    (root / "state").mkdir(mode=0o700)
    (root / "home").mkdir()
    (root / "home/.gitconfig").write_text("[user]\n\tname = Alice\n\temail = alice@example.com\n")
    cloud = replace(small_cloud(root / "outside"), folder=repository / "infra")
    made = World(root, repository, cloud, production.server.server_address[1], language)
    made.git("init", "--quiet", "--initial-branch", "main")
    for who in ("securite", "chef-equipe", "architecte"):
        with (root / "state/escalation.toml").open("a") as routes:
            routes.write(f'[[{who}]]\nkind = "file"\npath = "{root}/escalations.jsonl"\n')
    try:
        yield made, production
    finally:
        production.end()
        thread.join(5)
