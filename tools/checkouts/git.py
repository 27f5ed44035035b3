"""The one way git runs on repositories of strangers: nothing of theirs or of this machine's configures it."""

import base64
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from resources.catalogue import _
from tools.guard.errors import ExpectedError
from tools.guard.process import Completed, require_program, run

CONFIGURATION = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.attributesFile": "/dev/null",
    "core.excludesFile": "/dev/null",
    "core.autocrlf": "false",
    "core.protectHFS": "true",
    "core.protectNTFS": "true",
    "credential.helper": "",
    "submodule.recurse": "false",
    "fetch.recurseSubmodules": "false",
    "transfer.fsckObjects": "true",
    "transfer.bundleURI": "false",
    # Old and harmless, and in the history of repositories that everybody uses.
    "fetch.fsck.zeroPaddedFilemode": "ignore",
    "fetch.fsck.missingSpaceBeforeDate": "ignore",
    "fetch.fsck.badTimezone": "ignore",
    "http.followRedirects": "false",  # the token is for this host, and a redirect may lead into our own network
    "gc.auto": "0",
    "maintenance.auto": "false",
    "user.name": "astreinte",
    "user.email": "astreinte@localhost",
}
# What the person who runs the server set for every git: how to reach a host, never what to run.
PASSED = ("SSH_AUTH_SOCK", "GIT_SSL_CAINFO", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "https_proxy",
          "NO_PROXY", "no_proxy")  # fmt: skip
SSH = "ssh -oBatchMode=yes -oStrictHostKeyChecking=yes -oConnectTimeout=15"
BLOCK = 512
"""Bytes of one unit of POSIX `ulimit -f`."""


class GitError(ExpectedError):
    """Git could not do what it was asked; the text holds its own words."""


@dataclass(frozen=True)
class Git:
    """Runs git in `directory`, whose configuration is ours; `extra` is laid over the environment."""

    directory: Path
    scheme: str = "file"
    extra: Mapping[str, str] = field(default_factory=dict)
    configuration: Mapping[str, str] = field(default_factory=dict, repr=False)
    pass_fds: Sequence[int] = ()

    async def __call__(
        self,
        *arguments: str,
        stdin: bytes = b"",
        timeout: float = 120.0,  # noqa: ASYNC109 - the limit must kill a process group
        largest: int | None = None,
        output: int = 64_000_000,
        fine: tuple[int, ...] = (0,),
    ) -> Completed:
        """Run `git arguments`; no file that it writes gets larger than `largest` bytes.

        Raises:
            GitError: it ended with a status that is not among `fine`.
            ProcessTimeoutError: it took too long, and was ended.
        """
        argv = [require_program("git", _("Install git.")), *arguments]
        if largest is not None:  # of the kernel: whoever watches a folder grow is always late
            argv = ["sh", "-c", 'ulimit -f "$0" && exec "$@"', str(max(1, largest // BLOCK)), *argv]
        done = await run(
            argv, cwd=self.directory, env=self._environment(), stdin=stdin, timeout=timeout, output_limit=output,
            pass_fds=self.pass_fds,
        )  # fmt: skip
        if done.returncode not in fine:
            said = (done.stderr.strip() or done.stdout.strip())[-400:]
            raise GitError(_("git {verb} failed: {said}", verb=arguments[0], said=said or f"status {done.returncode}"))
        return done

    def _environment(self) -> dict[str, str]:
        pairs = {**CONFIGURATION, **self.configuration}
        numbered = {f"GIT_CONFIG_KEY_{number}": name for number, name in enumerate(pairs)}
        numbered |= {f"GIT_CONFIG_VALUE_{number}": value for number, value in enumerate(pairs.values())}
        return {
            **{name: os.environ[name] for name in PASSED if name in os.environ},
            **numbered,
            "GIT_CONFIG_COUNT": str(len(pairs)),
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_SYSTEM": "/dev/null",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_ALLOW_PROTOCOL": self.scheme,
            "GIT_PROTOCOL_FROM_USER": "0",
            "GIT_SSH_COMMAND": SSH,
            "GIT_ASKPASS": "true",
            "SSH_ASKPASS": "true",
            "HOME": str(self.directory),  # no .netrc and no .gitconfig of anybody
            "LC_ALL": "C",
            **self.extra,
        }


def token_header(url: str, token: str) -> dict[str, str]:
    """The configuration that sends `token` to the host of `url` alone, and shows it in no list of processes."""
    plain = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    return {f"http.{url}.extraHeader": f"Authorization: Basic {plain}"}
