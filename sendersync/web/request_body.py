"""Bodies of requests, within limits: forms as a whole, a dropped file in pieces as it comes.

A form with a file is `multipart/form-data` (RFC 7578). Only what a browser sends for one file is
read: one part, with a name, to its end. Anything else is refused.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from email.message import Message
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request

from sendersync.web.refusals import Refused

_MOST_OF_A_FORM: Final = 1 << 20
_MOST_FIELDS: Final = 2_000
_MOST_HEADERS: Final = 8 << 10
_DRAINED: Final = 4
"""Times the limit that is read on and thrown away, so that the browser shows the answer: one that
is still sending shows a broken connection instead."""

_BOUNDARY: Final = re.compile(r"[0-9A-Za-z'()+_,./:=?-]{1,70}")


async def form(request: Request) -> dict[str, list[str]]:
    """The fields of a form, each with its values, in the order in which they came.

    Raises:
        Refused: It is too large, or no form.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Refused(415, "This is not what the page's own form sends.", "Open the page again.")
    body = b"".join([piece async for piece in _limited(request, _MOST_OF_A_FORM)])
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Refused(400, "The form cannot be read.", "Open the page again.") from None
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


_FILE_NAME: Final = re.compile(
    rb'^content-disposition:[^\r\n]*; filename="([^"\r\n]*)"', re.IGNORECASE | re.MULTILINE
)


class FilePart:
    """The one file of a form: its name, then its bytes."""

    def __init__(self, request: Request, most: int) -> None:
        """Of a request that has not been read.

        Args:
            request: With a body of `multipart/form-data`.
            most: Bytes of the file.
        """
        self._pieces = _limited(request, most + _MOST_HEADERS)
        self._end = b"\r\n--" + _boundary(request.headers.get("content-type", ""))
        self._rest = b"\r\n"  # the first boundary has no line before it

    async def name(self) -> str:
        """What the file is called; its bytes come after this.

        Raises:
            Refused: There is no file in the form.
        """
        head = self._end + b"\r\n"
        while b"\r\n\r\n" not in self._rest:
            if len(self._rest) > _MOST_HEADERS or not await self._more():
                raise _no_file()
        headers, _, self._rest = self._rest.partition(b"\r\n\r\n")
        if not headers.startswith(head):
            raise _no_file()
        name = _file_name(headers.removeprefix(head))
        if not name:
            raise Refused(400, "No file was chosen.", "Choose a file, or drop one on the page.")
        return name

    async def pieces(self) -> AsyncIterator[bytes]:
        """The bytes of the file.

        Raises:
            Refused: It is too large, or not whole.
        """
        keep = len(self._end)
        while True:
            at = self._rest.find(self._end)
            if at >= 0:
                yield self._rest[:at]
                self._rest = self._rest[at + keep :]
                break
            if len(self._rest) > keep:
                yield self._rest[:-keep]
                self._rest = self._rest[-keep:]
            if not await self._more():
                raise Refused(400, "The file did not arrive whole.", "Drop it again.")
        while await self._more():
            if len(self._rest) > _MOST_HEADERS:
                break
        if self._rest.strip() != b"--":
            raise Refused(400, "One file at a time, please.", "Drop the files one by one.")

    async def _more(self) -> bool:
        piece = await anext(self._pieces, b"")
        self._rest += piece
        return bool(piece)


async def _limited(request: Request, most: int) -> AsyncIterator[bytes]:
    """The pieces of a body, up to a limit; what is beyond is thrown away unread."""
    said = request.headers.get("content-length", "")
    size, over = 0, said.isdigit() and int(said) > most
    async for piece in request.stream():
        size += len(piece)
        over = over or size > most
        if size > _DRAINED * most:
            break
        if piece and not over:
            yield piece
    if over:
        raise Refused(
            413,
            f"This is too large: the page takes {most >> 20:,} MB.",
            "Leave out columns that are not needed, or let a sync file read it where it lies.",
        )


def _boundary(content_type: str) -> bytes:
    said = Message()
    said["content-type"] = content_type
    boundary = said.get_boundary()
    if said.get_content_type() != "multipart/form-data" or not (
        boundary and _BOUNDARY.fullmatch(boundary)
    ):
        raise _no_file()
    return boundary.encode("ascii")


def _file_name(headers: bytes) -> str:
    """The name as browsers write it: UTF-8, with quotes and line breaks percent-encoded."""
    found = _FILE_NAME.search(headers)
    name = found[1].decode("utf-8", "replace") if found else ""
    return name.replace("%22", '"').replace("%0D", " ").replace("%0A", " ")


def _no_file() -> Refused:
    return Refused(400, "There is no file in this form.", "Choose a file, or drop one on the page.")
