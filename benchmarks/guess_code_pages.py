"""Our judge of code pages against chardet, as maker of candidates: right, refused and wrong.

    python -m benchmarks.guess_code_pages

The files are those of `tests/hostile/delimited/test_csv_encodings.py` that no mark and no escape
sequence tells apart: lists of names, and one name alone. chardet's best candidate counts where it
is ahead by a factor of the next one whose text differs, as ours must be; else the file is refused.
chardet is measured when it can be imported; the product does not need it (docs/adr/0051).
"""

from __future__ import annotations

import codecs
import importlib
import time
from collections import Counter
from collections.abc import Callable, Iterator

from connectors.sources.delimited.code_pages import ASIAN, SINGLE, judge
from tests.hostile.delimited.test_csv_encodings import FILES

Guess = Callable[[bytes], str | None]
KNOWN = frozenset(codecs.lookup(name).name for name in (*SINGLE, *ASIAN))


def files() -> Iterator[tuple[str, str, bytes]]:
    """The kind of each file, its encoding, and its lines with bytes above 127."""
    for names, encoding in FILES:
        if encoding.startswith(("utf", "iso2022")):
            continue
        for delimiter in ",;\t":
            rows = [f"+12065550101{delimiter}{name}\r\n" for name in names]
            yield "lists", encoding, "".join(rows).encode(encoding)
        for name in names[:5]:
            yield "single names", encoding, f"+12065550101,{name}\n".encode(encoding)


def ours(lines: bytes) -> str | None:
    """The code page that our words tell."""
    return judge(lines).name


def by_chardet(factor: float) -> Guess:
    """Guesses with chardet; its best candidate must be ahead by a factor."""
    chardet = importlib.import_module("chardet")

    def guess(lines: bytes) -> str | None:
        read: list[tuple[float, str, str]] = []
        for each in chardet.detect_all(
            lines, ignore_threshold=True, encoding_era=chardet.EncodingEra.ALL
        ):
            name = each["encoding"]
            if name and codecs.lookup(name).name in KNOWN:
                read.append((each["confidence"], name, lines.decode(name, "replace")))
        if not read:
            return None
        best, name, text = read[0]
        rivals = (score for score, _, other in read[1:] if other != text)
        return name if best >= factor * max(rivals, default=0.0) else None

    return guess


def main() -> None:
    """Prints one line a judge."""
    judges: dict[str, Guess] = {"ours": ours}
    try:
        judges |= {f"chardet x{each}": by_chardet(each) for each in (1.0, 1.1, 1.3, 2.0, 3.0, 5.0)}
    except ModuleNotFoundError:
        print("chardet is not installed")
    for name, guess in judges.items():
        counts: Counter[tuple[str, str]] = Counter()
        began = time.process_time()
        for kind, encoding, lines in files():
            got = guess(lines)
            right = got is not None and lines.decode(got, "replace") == lines.decode(encoding)
            counts[kind, "refused" if got is None else "right" if right else "wrong"] += 1
        seconds = time.process_time() - began
        figures = "   ".join(
            f"{kind}: " + ", ".join(f"{counts[kind, what]} {what}" for what in _VERDICTS)
            for kind in ("lists", "single names")
        )
        print(f"{name:12} {figures}   {seconds:.2f} s CPU")


_VERDICTS = ("right", "refused", "wrong")

if __name__ == "__main__":
    main()
