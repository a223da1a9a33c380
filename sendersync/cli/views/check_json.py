"""What `check` found, as the one object of `--json`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sendersync.pipeline.check.result import CheckResult


def as_json(result: CheckResult) -> dict[str, Any]:
    """The keys of the contract first, then what else there is to know."""
    summary, suggestion = result.summary, result.suggestion
    return {
        "dialect": asdict(result.dialect) if result.dialect else {},
        "columns": list(summary.columns),
        "rows": summary.rows,
        "suggested": suggestion.columns,
        "reasons": summary.reasons,
        "confidence": suggestion.confidence,
        "undecided": {field: list(several) for field, several in suggestion.undecided.items()},
        "mapping_notes": list(suggestion.notes),
        "mapping": result.mapping(),
        "complete": summary.complete,
        "contacts": asdict(summary.count) if summary.count else {},
        "withheld": summary.withheld,
        "country_differs": summary.country_differs,
        "notes": list(result.notes),
        "unclear": {field: asdict(cells) for field, cells in summary.unclear.items()},
        "warnings": list(summary.remarks),
        "hints": {
            "countries": [asdict(each) for each in summary.countries],
            "email_domains": [asdict(each) for each in summary.domains],
        },
    }
