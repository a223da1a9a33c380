"""Fields of Prefect's forms: what a text may hold, and what is refused before it is stored.

The server keeps parameters readable. So the form's own check refuses what must not be kept: an
address with a password, a phone, an e-mail. Everything else that is wrong with a text is answered
by the flow, in words: after a corrected field, Prefect's page ignores the first Submit.
Why: docs/adr/0115-forms.md.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from schemas.sync_keys.country_codes import COUNTRY_CODES, country_code

CHOICES: Final = "choices"
"""Key of a field's schema: which of the installation's lists its drop-down shows."""

_NOBODY = r"^(?![\s\S]*@)(?![\s\S]*\d([^0-9A-Za-z]*\d){6})"
# with a letter, since ten digits may be a phone
_DIGEST = r"^(\s*|(?=[^A-Za-z]*[A-Za-z])\s*[0-9A-Za-z]{5}[\s-]*[0-9A-Za-z]{5}\s*)$"
_NO_USERINFO = r"^(?![A-Za-z][A-Za-z0-9+.-]*://[^/?#]*@)"
_FIELD = re.compile(r"[,;]\s*(?=[a-z_]+\s*=)")


def _one_line(value: Any) -> Any:
    """The form's boxes take line breaks, and nobody means them."""
    return " ".join(value.splitlines()).strip() if isinstance(value, str) else value


def _refusing(pattern: str, why: str) -> AfterValidator:
    """Says again what the form's schema says: pydantic's own engine knows no look-ahead."""

    def check(value: str) -> str:
        if re.search(pattern, value) is None:
            raise ValueError(f"{why}; Prefect keeps it readable")
        return value

    return AfterValidator(check)


def _country(value: str) -> str:
    return country_code(value) if value else ""


Line = Annotated[str, BeforeValidator(_one_line)]
"""A text of one line."""

Place = Annotated[
    Line,
    _refusing(_NO_USERINFO, "this address holds a user name or password"),
    Field(json_schema_extra={"pattern": _NO_USERINFO}),
]
CountryCode = Annotated[
    Line,
    AfterValidator(_country),
    Field(json_schema_extra={CHOICES: "countries", "enum": ["", *sorted(COUNTRY_CODES)]}),
]
Digest = Annotated[
    Line,
    _refusing(_DIGEST, "this is no digest, and may be a phone or an e-mail"),
    Field(json_schema_extra={"pattern": _DIGEST}),
]
Note = Annotated[
    Line,
    _refusing(_NOBODY, "a phone or an e-mail may stand in this text"),
    Field(json_schema_extra={"pattern": _NOBODY}),
]
Column = Annotated[
    Line,
    _refusing(_NOBODY, "a phone or an e-mail is no name of a column"),
    Field(json_schema_extra={"pattern": _NOBODY}),
]


def heading(sentence: str) -> Any:
    """A frame's heading on the form, in place of the parameter's name."""
    return Field(json_schema_extra={"title": sentence})


def frame(title: str, **older: str) -> ConfigDict:
    """A frame on the form; what somebody typed is never repeated in a message.

    Args:
        title: Of the frame.
        older: Fields of an older form, each with its type: runs and schedules of then carry them,
            so the server's check lets them through.
    """
    made = ConfigDict(extra="forbid", frozen=True, title=title, hide_input_in_errors=True)
    passed: dict[str, Any] = {f"^{name}$": {"type": kind} for name, kind in older.items()}
    return made | ConfigDict(json_schema_extra={"patternProperties": passed}) if older else made


def columns_named(text: str) -> list[str]:
    """The columns of one line, each as `field=Column`, as the option `--map` takes them."""
    return [each.strip(" ,;") for each in _FIELD.split(text) if each.strip(" ,;")]
