"""How personal data and foreign text look where anybody may read them: logs, messages, pages."""

from __future__ import annotations

import re

_PHONE_LIKE = re.compile(r"\+?\d[\d\s().-]{5,}\d")
_MASKED_NUMBER = re.compile(r"\+?\d*\*\*\*\d*")
_EMAIL_LIKE = re.compile(r"[^\s@/\[\]<>\"']+@[^\s@/\[\]<>\"']+")


def mask_phone(phone: str) -> str:
    """`+12065559696` as `+1206***9696`; three digits are hidden, four of a short number."""
    plus = "+" if phone.startswith("+") else ""
    digits = phone.removeprefix("+")
    tail = 4 if len(digits) >= 11 else 2
    head = max(0, min(4, len(digits) - tail - (3 if tail == 4 else 4)))
    return f"{plus}{digits[:head]}***{digits[-tail:]}"


def mask_email(email: str) -> str:
    """`ann.lee@example.com` as `a***@example.com`: the domain is not a person."""
    local, at, domain = email.rpartition("@")
    return f"{local[:1]}***@{domain}" if at else "***"


def mask_name(name: str) -> str:
    """First letter only."""
    return f"{name[:1]}***" if name else ""


def mask_text(text: str) -> str:
    """Foreign text (an answer's error message) without phone numbers and e-mail addresses."""
    text = _EMAIL_LIKE.sub("***@***", text)
    return _PHONE_LIKE.sub(lambda found: mask_phone(re.sub(r"[^\d+]", "", found.group())), text)


def without_numbers(masked: str) -> str:
    """Masked text without what a mask leaves of a number: the same words about anybody."""
    return _MASKED_NUMBER.sub("***", masked)


def strip_control_chars(text: str) -> str:
    """Text from outside without what a terminal or a browser would obey; line breaks stay."""
    return "".join(char if char.isprintable() or char == "\n" else "\ufffd" for char in text)
