"""Names of columns as a person writes them: a text, or for phones a list of them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, WithJsonSchema


def _text_from_number(value: Any) -> Any:
    """YAML reads an unquoted sender code as a number; a person meant its digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


def _listed(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


def _different(columns: tuple[str, ...]) -> tuple[str, ...]:
    if not columns:
        raise ValueError("name at least one column")
    if len(set(columns)) < len(columns):
        raise ValueError("the same column stands there twice")
    return columns


def _as_written(columns: tuple[str, ...]) -> str | list[str]:
    return columns[0] if len(columns) == 1 else [*columns]


Text = Annotated[str, BeforeValidator(_text_from_number)]
PhoneColumns = Annotated[
    tuple[Text, ...],
    BeforeValidator(_listed),
    AfterValidator(_different),
    PlainSerializer(_as_written),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True},
            ]
        }
    ),
]
