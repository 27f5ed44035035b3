"""A confined command reaches what a person named, at public addresses or those named themselves, and nothing else."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.shell.confinement import Confined, Confinement
from tools.shell.destinations import Destination, is_allowed, is_public, may_connect
from tools.shell.egress import Egress
from tools.shell.sandbox import run_confined

needs_sandbox = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")


@pytest.fixture
async def origin() -> AsyncIterator[int]:
    """A service on the host's loopback that answers HTTP with what it was asked."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        body = b"origin says " + head
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def run(place: Path, command: str, *network: str) -> Confined:
    walls = Confinement(network=network)
    return await run_confined(command, workspace=place, cwd=place, confinement=walls, timeout=20)


FETCH = "python3 -c 'import sys, urllib.request as u; print(u.urlopen(sys.argv[1], timeout=5).read().decode())' "
TUNNEL = """
import socket, sys
s = socket.create_connection(("127.0.0.1", 3128), 5)
s.sendall(f"CONNECT {sys.argv[1]} HTTP/1.1\\r\\n\\r\\n".encode())
print(s.recv(4096).decode().splitlines()[0])
if len(sys.argv) > 2:
    s.sendall(b"GET /raw HTTP/1.1\\r\\n\\r\\n"); print(s.recv(4096).decode())
"""


@needs_sandbox
async def test_a_named_destination_answers_through_the_proxy(tmp_path: Path, origin: int) -> None:
    ended = await run(tmp_path, f"{FETCH} http://127.0.0.1:{origin}/path?q=1", f"127.0.0.1:{origin}")
    assert "origin says GET /path?q=1" in ended.stdout, ended.stderr
    assert "Proxy" not in ended.stdout
    assert ended.destinations == (f"allowed: 127.0.0.1:{origin}",) or f"127.0.0.1:{origin}" in ended.destinations[0]


@needs_sandbox
async def test_a_tunnel_leads_to_a_named_destination_only(tmp_path: Path, origin: int) -> None:
    (tmp_path / "tunnel.py").write_text(TUNNEL)
    targets = (
        f"127.0.0.1:{origin} x; for t in 127.0.0.1:1 169.254.169.254:80 example.org:443 localhost:{origin} [::1]:80"
    )
    ended = await run(tmp_path, f"python3 tunnel.py {targets}; do python3 tunnel.py $t; done", f"127.0.0.1:{origin}")
    lines = [line for line in ended.stdout.splitlines() if line.startswith("HTTP/1.1")]
    assert "origin says GET /raw" in ended.stdout, ended.stderr
    assert lines[0] == "HTTP/1.1 200 Connection established"
    assert [line.split()[1] for line in lines[-5:]] == ["403"] * 5
    assert len(ended.destinations) == 6


@needs_sandbox
async def test_what_is_not_named_is_refused_and_recorded(tmp_path: Path, origin: int) -> None:
    ended = await run(tmp_path, f"{FETCH} http://127.0.0.1:{origin}/", "example.org:443")
    assert ended.exit_status != 0
    assert "origin says" not in ended.stdout
    assert f"127.0.0.1:{origin}" in ended.destinations[0]


@needs_sandbox
async def test_there_is_no_way_round_the_proxy(tmp_path: Path, origin: int) -> None:
    straight = f"unset ${{!http*}}; (exec 3<>/dev/tcp/127.0.0.1/{origin}) && echo connected; cat /proc/net/route"
    ended = await run(tmp_path, straight, f"127.0.0.1:{origin}")
    assert "connected" not in ended.stdout


@needs_sandbox
async def test_a_name_that_leads_to_this_machine_is_refused_though_it_is_named(tmp_path: Path, origin: int) -> None:
    ended = await run(tmp_path, f"{FETCH} http://localhost.localdomain:{origin}/ ; {FETCH} http://localhost:{origin}/",
                      f"localhost.localdomain:{origin}", f"localhost:{origin}")  # fmt: skip
    assert "origin says" not in ended.stdout
    assert all(":" in each for each in ended.destinations)


@needs_sandbox
async def test_programs_that_know_no_proxy_reach_a_named_host_by_its_name(tmp_path: Path, origin: int) -> None:
    name = socket.gethostname()
    try:
        address = str(socket.getaddrinfo(name, origin, socket.AF_INET)[0][4][0])
    except socket.gaierror:
        pytest.skip("this machine does not resolve its own name")
    if not address.startswith("127."):
        pytest.skip("the service of this test listens on the loopback only")
    server = await asyncio.start_server(_greet, address, 0)
    port = server.sockets[0].getsockname()[1]
    raw = f"env -i bash -c 'exec 3<>/dev/tcp/{name}/{port}; echo ping >&3; cat <&3'"
    ended = await run(tmp_path, raw, f"{name}:{port}", f"{address}:{port}")
    server.close()
    assert ended.stdout == "heard ping\n", ended.stderr
    assert name.lower() in ended.destinations[0]


async def _greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"heard " + await reader.readline())
    await writer.drain()
    writer.close()


@needs_sandbox
async def test_a_door_to_a_name_that_does_not_exist_closes(tmp_path: Path) -> None:
    ended = await run(tmp_path, "exec 3<>/dev/tcp/nowhere.invalid/5432; cat <&3; echo closed", "nowhere.invalid:5432")
    assert ended.stdout == "closed\n", ended.stderr
    assert len(ended.destinations) == 1
    assert "nowhere.invalid:5432" in ended.destinations[0]


async def test_the_checked_address_is_the_one_that_is_connected(origin: int) -> None:
    asked = 0

    async def rebinding(_host: str, _port: int) -> list[str]:
        nonlocal asked
        asked += 1
        return ["203.0.113.1" if asked == 1 else "127.0.0.1"]

    egress = Egress((f"rebind.test:{origin}",), resolver=rebinding)
    wanted = Destination("rebind.test", origin)
    async with asyncio.timeout(30):
        await egress.connect(wanted)  # nothing answers at the documentation address, or it is refused
        assert asked == 1
        assert await egress.connect(wanted) is None
    assert asked == 2
    assert "127.0.0.1" in egress.asked[-1]


async def test_a_private_address_behind_an_allowed_name_needs_its_own_permission(origin: int) -> None:
    async def inside(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    wanted = Destination("db.test", origin)
    assert await Egress((f"db.test:{origin}",), resolver=inside).connect(wanted) is None
    streams = await Egress((f"db.test:{origin}", f"127.0.0.1:{origin}"), resolver=inside).connect(wanted)
    assert streams is not None
    streams[1].close()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "192.0.0.192", "168.63.129.16", "100.100.100.200", "2001::7f00:1", "fec0::1", "198.18.0.1", "240.0.0.1", "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "::127.0.0.1",
    ],
)  # fmt: skip
def test_addresses_of_the_inside_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))
    assert not may_connect(ip_address(address), Destination("x.test", 80), ("x.test:80", "*.test:80"))


@pytest.mark.parametrize("address", ["1.1.1.1", "140.82.121.4", "2606:4700:4700::1111", "::ffff:1.1.1.1"])
def test_addresses_of_the_world_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    ("wanted", "allowed", "answer"),
    [
        ("api.github.com:443", "api.github.com:443", True), ("API.github.com.:443", "api.github.com:443", True),
        ("api.github.com:80", "api.github.com:443", False), ("evil-github.com:443", "*.github.com:443", False),
        ("a.b.github.com:443", "*.github.com:443", True), ("github.com:443", "*.github.com:443", False),
        ("github.com.evil.org:443", "github.com:443", False), ("10.0.0.5:5432", "10.0.0.5:5432", True),
        ("[::1]:80", "[0:0:0:0:0:0:0:1]:80", True), ("2130706433:80", "127.0.0.1:80", False), ("0x7f.1:80", "*.1:80", False),
        ("127.1:80", "127.1:80", False), ("a.github.com:443", "*.*:443", False), ("x:80", "*:80", False),
    ],
)  # fmt: skip
def test_a_permission_covers_exactly_what_it_says(wanted: str, allowed: str, answer: bool) -> None:
    read = Destination.read(wanted)
    assert read is not None
    assert is_allowed(read, (allowed,)) is answer


@given(st.text(max_size=60))
def test_no_text_makes_the_reading_of_a_destination_fail(text: str) -> None:
    read = Destination.read(text)
    if read is not None:
        assert 0 < read.port < 65_536
        assert not is_allowed(read, ())
