"""nginx -t: whether Nginx itself takes a configuration; only ever between the walls of the sandbox.

Reading a configuration is no harmless act: Nginx opens files, resolves names and loads modules while it does.
"""

import re
import time
from collections.abc import Sequence

import anyio.to_thread

from resources.catalogue import _
from tools.delivery import Finding, Validation
from tools.guard.errors import ExpectedError
from tools.guard.process import Completed, find_program
from tools.shell.confinement import Confinement, Limits
from tools.shell.sandbox import probe, run_confined
from tools.validate.bench import Bench
from tools.validate.checker import ONE, Source
from tools.validate.gixy import applies as is_nginx
from tools.validate.nginx_stand_in import CERTIFICATE, EMPTY, KEY, RefusedError, StandIn, certificate, stand_in
from tools.validate.tool import NotJudgedError, Verdict, unfinished, version_of

NAME = "nginx -t"
PROGRAMS: tuple[str, ...] = ("nginx", "bwrap")
TAKES = ONE
INSTALL = "apt install nginx-light bubblewrap"
LIMITS = Limits(cpu_seconds=10, memory_bytes=512 << 20, processes=16, file_bytes=16 << 20, output_bytes=200_000)
_TOLD = re.compile(
    r"^(?:\S+ \S+ |nginx: )\[emerg\] (?:\d+#\d+: )?(?P<message>.*?)(?: in (?P<path>\S+):(?P<line>\d+))?$", re.MULTILINE
)
# A module that this build lacks, or a directive that it is too old for: true elsewhere.
_ELSEWHERE = (
    "http2|http3.*|quic.*|brotli.*|zstd.*|more_\\w+|geoip2?.*|modsecurity.*|auth_jwt.*|vhost_traffic.*|pagespeed.*"
    "|keepalive_min_timeout|ssl_reject_handshake|acme_.*|health_check|status_zone|api"
)
_UNKNOWN = re.compile(rf'^unknown directive "({_ELSEWHERE})"')
_OF_THE_MACHINE = re.compile(
    r"^(host not found|cannot load|open\(\)|getpwnam|BIO_new_file|SSL_CTX_)|invalid parameter \"(http3|quic)"
)
_TAKEN = "syntax is ok"
"""Said when everything was read; what Nginx does after that, with sockets and logs, is of the machine it runs on."""


def applies(source: Source) -> bool:
    """Nginx configurations, by ending and content."""
    return is_nginx(source)


async def check(sources: Sequence[Source], bench: Bench) -> list[Validation]:
    """What Nginx refuses is an error; it stops at the first. Names are made to resolve, certificates stood in for."""
    (source,) = sources
    program = find_program("nginx")
    if program is None:
        reason = _("tool absent: {name}. Install it: {install}.", name="nginx", install=INSTALL)
        raise NotJudgedError(unfinished(NAME, source, reason))
    status = await probe()
    if not status.works:
        reason = _(
            "it is not tried without a sandbox: {reason}. Install it: {install}.", reason=status.reason, install=INSTALL
        )
        raise NotJudgedError(unfinished(NAME, source, reason))
    version = await version_of(program, "-v")
    folder = bench.home / "nginx"
    try:
        copy = stand_in(source.text, str(folder))
    except RefusedError as error:
        return [unfinished(NAME, source, str(error), version)]
    await anyio.to_thread.run_sync(_lay_out, copy, bench)
    started = time.monotonic()
    command = f"exec nginx -t -e stderr -p /tmp -c '{folder}/nginx.conf'"
    walls = Confinement(workspace_writable=False, limits=LIMITS, hosts=copy.hosts)
    try:
        done = await run_confined(command, workspace=folder, cwd=folder, confinement=walls, timeout=bench.limit)
    except ExpectedError as error:
        raise NotJudgedError(unfinished(NAME, source, str(error), version)) from error
    completed = Completed(done.exit_status, done.stdout, done.stderr, time.monotonic() - started)
    return [_judged(source, Verdict(NAME, [source], version, completed))]


def _lay_out(copy: StandIn, bench: Bench) -> None:
    folder = bench.home / "nginx"
    folder.mkdir()
    made, key = certificate()
    texts = {"site.conf": copy.content, "nginx.conf": copy.whole or copy.content, EMPTY: ""}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", errors="replace")
    for name, content in {CERTIFICATE: made, KEY: key}.items():
        (folder / name).write_bytes(content)


def _judged(source: Source, verdict: Verdict) -> Validation:
    said = verdict.completed.stderr
    if _TAKEN in said:
        return verdict.judged(source, []).model_copy(update={"exit_status": 0})
    told = _TOLD.search(said)
    if told is None:
        raise verdict.refused(_("its answer cannot be read: {said}", said=" ".join(said.split())[:300]))
    if _UNKNOWN.match(told["message"]) or _OF_THE_MACHINE.search(told["message"]):
        return verdict.refused(_("this build or this machine cannot tell: {said}", said=told["message"])).validation
    line = int(told["line"]) if told["line"] and told["path"].endswith(".conf") else None
    return verdict.judged(source, [Finding(rule="nginx", line=line, severity="error", message=told["message"])])
