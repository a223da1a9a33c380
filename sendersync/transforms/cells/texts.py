"""Text cleaning: NFC, no invisible characters, single spaces; marks for nothing are blank."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sendersync.transforms.cells.arrow_columns import as_arrow, as_text
from sendersync.transforms.cells.distinct import by_distinct
from sendersync.transforms.cells.sentinels import no_texts

# Letters that no composition can change: printable ASCII, Latin with accents, Cyrillic, kana,
# Han and Hangul syllables. Soft hyphen (00AD) and combining marks stay out.
_STABLE = r"!-~\x{A1}-\x{AC}\x{AE}-\x{24F}\x{400}-\x{482}\x{48A}-\x{4FF}" + (
    r"\x{3041}-\x{3096}\x{30A1}-\x{30FA}\x{30FC}\x{4E00}-\x{9FFF}\x{AC00}-\x{D7A3}"
)
_CLEAN = rf"^(?:[{_STABLE}]+(?: [{_STABLE}]+)*)?$"

# U+0600-0605, 06DD, 070F, 08E2 and their like are format characters that do show, so they stay.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# Joiners shape letters in Arabic and Indic names; anywhere else they only hide differences.
_JOINERS = re.compile("[\u200c\u200d]+")
_SHAPED = re.compile("[\u0620-\u1cff]")
_BLANKS = re.compile(r"\s+")


def clean_text(raw: pd.Series) -> pd.Series:
    """Cells that look the same become the same.

    Unicode is composed (NFC), control and zero-width characters go, runs of blanks become one
    space, blanks at the ends go. Nothing that shows is changed: no capitals, no accents. A cell
    that is a mark for nothing (`NULL`, `#N/A`, `FALSE`) is empty.

    Args:
        raw: Text column, pandas `str`.

    Returns:
        Text column, pandas `str`, with the same index.
    """
    cells = as_arrow(raw)
    clean = pc.match_substring_regex(cells, _CLEAN)
    if pc.all(clean).as_py() is False:
        unclean = pc.invert(clean)
        cleaned = by_distinct(cells.filter(unclean), clean_cell, pa.large_string())
        cells = pc.replace_with_mask(cells, unclean, cleaned)
    return as_text(pc.if_else(no_texts(cells), "", cells), raw.index)


def clean_cell(cell: str) -> str:
    """One cell as `clean_text` shows it, marks for nothing included."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", cell))
    text = _JOINERS.sub(_keep_between_shaped_letters, text)
    return unicodedata.normalize("NFC", _BLANKS.sub(" ", text).strip())


def _keep_between_shaped_letters(found: re.Match[str]) -> str:
    before = found.string[: found.start()][-1:]
    after = found.string[found.end() :][:1]
    if _SHAPED.match(before) and _SHAPED.match(after):
        return found.group()[0]
    return ""
