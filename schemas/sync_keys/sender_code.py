"""What the spellings of one sender code have in common."""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[\s()+.\-\u00a0]")


def plain_code(code: str) -> str:
    """What two spellings of one sender code have in common.

    US long numbers count with and without their 1; alphanumeric ids without their capitals.
    """
    digits = _SEPARATORS.sub("", code)
    if digits.isascii() and digits.isdigit():
        return digits[1:] if len(digits) == 11 and digits.startswith("1") else digits
    return code.casefold()
