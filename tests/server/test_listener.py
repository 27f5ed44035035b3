"""The socket that the server and the console listen on."""

import asyncio
import socket
from contextlib import closing

import pytest

from server.listener import address, listen
from server.settings import SettingsError


async def test_small_answers_are_not_held_back_until_the_other_side_acknowledges() -> None:
    accepted: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = writer.get_extra_info("socket")
        accepted.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    with closing(listen("127.0.0.1", 0)) as listener:
        async with await asyncio.start_server(serve, sock=listener):
            _reader, writer = await asyncio.open_connection(*listener.getsockname())
            assert await asyncio.wait_for(accepted, 30)
            writer.close()


def test_a_taken_port_is_said_with_what_to_do() -> None:
    with closing(listen("127.0.0.1", 0)) as first:
        with pytest.raises(SettingsError) as error:
            listen("127.0.0.1", first.getsockname()[1])
        assert address(first) in error.value.happened
    assert error.value.next_step
