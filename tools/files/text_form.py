"""The form of a text file (encoding, byte order mark, line ends, last line end), taken apart and put back."""

import codecs
from dataclasses import dataclass

from resources.catalogue import _
from tools.guard.errors import UnreadableFileError

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True)
class TextForm:
    """How a text becomes the bytes of a file."""

    bom: bytes = b""
    encoding: str = "utf-8"
    newline: str = "\n"
    ends_with_newline: bool = False

    def encode(self, text: str) -> bytes:
        """`text` as bytes: byte order mark first; bytes that were no text come back as they were.

        Raises:
            UnreadableFileError: the text holds half a character, which no file can.
        """
        try:
            return self.bom + text.encode(self.encoding, "surrogateescape")
        except UnicodeEncodeError as error:
            raise UnreadableFileError(
                _(
                    "The text cannot be written: it holds half a character (a lone surrogate) at {place}.",
                    place=error.start,
                )
            ) from error

    def adopt(self, text: str) -> str:
        """A whole new `text` in this form's line ends, ending as the old file ended."""
        if self.newline == "\r\n" and "\r" not in text:
            text = text.replace("\n", "\r\n")
        if self.ends_with_newline and text and not text.endswith(("\n", "\r")):
            text += self.newline
        return text


def decoded(data: bytes) -> tuple[str, TextForm]:
    """The text of a file and its form; bytes that are no text are kept as surrogates."""
    bom, encoding = next(((bom, name) for bom, name in BOMS if data.startswith(bom)), (b"", "utf-8"))
    text = data[len(bom) :].decode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")
    crlf, newlines = text.count("\r\n"), text.count("\n")
    newline = "\r\n" if crlf and crlf * 2 > newlines else "\n"
    return text, TextForm(bom, encoding, newline, text.endswith("\n"))
