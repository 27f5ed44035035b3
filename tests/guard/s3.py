"""An S3 that speaks HTTP on loopback, with one bucket."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import httpx


@contextmanager
def serving_s3() -> Iterator[dict[str, str]]:
    """Yields the variables by which every client finds it."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    try:
        httpx.put(f"{address}/kept").raise_for_status()
        yield {
            "AWS_ENDPOINT_URL": address,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "NO_PROXY": f"{os.environ.get('NO_PROXY', '')},127.0.0.1",
        }
    finally:
        server.stop()
