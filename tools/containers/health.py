"""The command by which an image asks its own process whether it answers."""

import shlex

from tools.containers.recipe import Probe


def health_command(probe: Probe, port: int, path: str | None) -> list[str]:
    """The exec form of a health check with what the image has; without a path only the port is tried."""
    url = f"http://127.0.0.1:{port}{path or '/'}"
    if path is None:
        return _connect(probe, port)
    ask = f"printf 'GET %s HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' {shlex.quote(path)} >&3"
    judge = 'read -r _ status _ <&3 && [[ "$status" == [23]* ]]'
    commands: dict[Probe, list[str]] = {
        "python": ["python", "-c", f"import urllib.request as r; r.urlopen({url!r}, timeout=3)"],
        "node": ["node", "-e", f"fetch({url!r}).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"],
        "bun": ["bun", "-e", f"process.exit((await fetch({url!r})).ok ? 0 : 1)"],
        "deno": ["deno", "eval", f"Deno.exit((await fetch({url!r})).ok ? 0 : 1)"],
        "ruby": ["ruby", "-rnet/http", "-e", f"exit Net::HTTP.get_response(URI({url!r})).code.to_i < 400"],
        "php": ["php", "-r", f"exit(@file_get_contents({url!r}) === false ? 1 : 0);"],
        "wget": ["wget", "--quiet", "--spider", "--timeout=3", url],
        "bash": [
            "bash",
            "-c",
            f"exec 3<>/dev/tcp/127.0.0.1/{port} && {ask} && {judge}",
        ],
    }
    return commands[probe]


def _connect(probe: Probe, port: int) -> list[str]:
    commands: dict[Probe, list[str]] = {
        "python": ["python", "-c", f"import socket; socket.create_connection(('127.0.0.1', {port}), 3)"],
        "node": [
            "node",
            "-e",
            f"require('net').connect({port}, '127.0.0.1', () => process.exit(0)).on('error', () => process.exit(1))",
        ],
        "bun": [
            "bun",
            "-e",
            f"await Bun.connect({{hostname: '127.0.0.1', port: {port}, socket: {{data() {{}}}}}}); process.exit(0)",
        ],
        "deno": ["deno", "eval", f"await Deno.connect({{port: {port}}}); Deno.exit(0)"],
        "ruby": ["ruby", "-rsocket", "-e", f"TCPSocket.new('127.0.0.1', {port}).close"],
        "php": ["php", "-r", f"exit(@fsockopen('127.0.0.1', {port}) ? 0 : 1);"],
        "wget": ["nc", "-z", "127.0.0.1", str(port)],
        "bash": ["bash", "-c", f"exec 3<>/dev/tcp/127.0.0.1/{port}"],
    }
    return commands[probe]
