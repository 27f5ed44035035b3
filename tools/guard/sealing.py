"""Encrypts a stream in pieces, so that a large file needs little memory and nobody can cut, swap or change a piece."""

import secrets
from collections.abc import Iterator
from typing import BinaryIO

MAGIC = b"AST1"
PIECE = 1 << 20
_SALT, _TAG = 16, 16


class DamagedError(Exception):
    """It was not sealed under this key and this name, or not all of it is there."""


def seal(source: BinaryIO, target: BinaryIO, key: bytes, name: str) -> None:
    """Write `source`, sealed as `name`, to `target`: AES-256-GCM over pieces that know their place."""
    salt = secrets.token_bytes(_SALT)
    target.write(MAGIC + salt)
    cipher = _cipher(key, salt, name)
    numbered = enumerate(_pieces(source, PIECE))
    target.writelines(cipher.encrypt(_nonce(number, last=last), piece, None) for number, (piece, last) in numbered)


def unseal(source: BinaryIO, target: BinaryIO, key: bytes, name: str) -> None:
    """Write what was sealed as `name` to `target`.

    Raises:
        DamagedError: it is not what was sealed; what was written so far must be thrown away.
    """
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - cold start

    head = source.read(len(MAGIC) + _SALT)
    if len(head) != len(MAGIC) + _SALT or not head.startswith(MAGIC):
        raise DamagedError(name)
    cipher = _cipher(key, head[len(MAGIC) :], name)
    try:
        numbered = enumerate(_pieces(source, PIECE + _TAG))
        target.writelines(cipher.decrypt(_nonce(number, last=last), piece, None) for number, (piece, last) in numbered)
    except InvalidTag:
        raise DamagedError(name) from None


def _pieces(source: BinaryIO, size: int) -> Iterator[tuple[bytes, bool]]:
    """Pieces of `size` bytes, the last one marked; an empty stream is one empty last piece."""
    piece = source.read(size)
    while True:
        following = source.read(size)
        yield piece, not following
        if not following:
            return
        piece = following


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _cipher(key: bytes, salt: bytes, name: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - AESGCM, loaded late
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - cold start
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    return AESGCM(HKDF(SHA256(), 32, salt, f"astreinte artefact {name}".encode()).derive(key))
