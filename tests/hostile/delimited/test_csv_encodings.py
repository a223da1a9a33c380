"""Files in every encoding: read letter by letter, or refused with candidates; never mojibake."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.errors import SourceMismatch
from tests.hostile.delimited.csv_read import Read, read

WESTERN = ("José", "Müller", "Gonçalves", "François", "Sørensen", "Núñez", "Weiß", "Zoë")
SPANISH = ("Muñoz", "Peña", "García", "Íñigo", "Ramón", "Núñez", "Begoña", "Logroño")
POLISH = ("Łukasz", "Kamiński", "Wójcik", "Dąbrowski", "Małgorzata", "Świątek", "Żak", "Woźniak")
CZECH = ("Dvořák", "Jiří", "Černý", "Růžička", "Šárka", "Tomáš", "Kučera", "Němec")
TURKISH = ("Yıldız", "Şahin", "Öztürk", "Doğan", "İbrahim", "Güneş", "Çelik", "Ağrı")
RUSSIAN = ("Иванов", "Екатерина", "Москва", "Смирнова", "Дмитрий", "Ольга", "Сергей", "Юлия")
GREEK = ("Γιώργος", "Παπαδόπουλος", "Αθήνα", "Μαρία", "Ελένη", "Νίκος")
HEBREW = ("ירושלים", "משה", "כהן", "שרה", "לוי", "דוד", "אברהם", "רחל", "יעקב", "תל אביב")
ARABIC = ("محمد", "أحمد", "فاطمة", "القاهرة", "علي", "حسن", "عبدالله", "الرياض")
JAPANESE = ("田中", "佐藤花子", "鈴木一郎", "東京都港区", "ヤマダ", "こばやし")
SIMPLIFIED = ("王伟", "李娜", "张敏", "北京市朝阳区", "刘洋", "陈静")
TRADITIONAL = ("陳怡君", "林志明", "黃雅婷", "台北市", "張家豪", "李美玲")
KOREAN = ("김민수", "이영희", "박지훈", "서울특별시", "최수진")

FILES = [
    *((WESTERN, each) for each in ("cp1252", "iso8859-1", "iso8859-15", "utf-8", "utf-8-sig")),
    *((WESTERN, each) for each in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le")),
    *((SPANISH, each) for each in ("cp1252", "cp850", "mac-roman")),
    *((POLISH, each) for each in ("cp1250", "iso8859-2", "cp852")),
    *((CZECH, each) for each in ("cp1250", "iso8859-2", "cp852")),
    *((TURKISH, each) for each in ("cp1254", "iso8859-9")),
    *((RUSSIAN, each) for each in ("cp1251", "koi8-r", "cp866", "iso8859-5", "utf-16-be")),
    *((GREEK, each) for each in ("cp1253", "iso8859-7")),
    (HEBREW, "cp1255"),
    (ARABIC, "cp1256"),
    *((JAPANESE, each) for each in ("shift_jis", "cp932", "euc_jp", "iso2022_jp", "utf-16-le")),
    *((SIMPLIFIED, each) for each in ("gb18030", "gbk", "gb2312", "utf-16-be")),
    (TRADITIONAL, "big5"),
    *((KOREAN, each) for each in ("euc_kr", "cp949")),
]


@pytest.mark.parametrize(("names", "encoding"), FILES, ids=lambda each: str(each)[:24])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_file_in_any_encoding_is_read_letter_by_letter_or_refused(
    tmp_path: Path, names: tuple[str, ...], encoding: str, delimiter: str
) -> None:
    """Names of one language, enough to tell: exactly those names come back."""
    lines = [delimiter.join(("phone", "name"))]
    lines += [delimiter.join((f"+120655501{at:02d}", name)) for at, name in enumerate(names)]
    done = read(tmp_path, ("\r\n".join(lines) + "\r\n").encode(encoding))
    assert tuple(name for _, name in done.rows) == names
    assert done.lines == list(range(2, len(names) + 2))
    assert done.complete


@pytest.mark.parametrize(("names", "encoding"), FILES, ids=lambda each: str(each)[:24])
@pytest.mark.parametrize("at", range(5))
def test_one_name_is_read_as_it_is_or_refused(
    tmp_path: Path, names: tuple[str, ...], encoding: str, at: int
) -> None:
    """Too little to tell is a refusal that names the key which settles it, not a guess."""
    name = names[at]
    data = f"phone,name\n+12065550101,{name}\n".encode(encoding)
    done, refused = _tried(tmp_path, data)
    if done is not None:
        assert done.rows == [("+12065550101", name)]
    else:
        assert refused is not None
        assert "source: {encoding:" in refused.do
        assert refused.where == "contacts.csv:2"
        assert name not in str(refused)
    # said in the sync file, there is nothing to doubt
    assert read(tmp_path, data, encoding=encoding).rows == [("+12065550101", name)]


def _tried(folder: Path, data: bytes) -> tuple[Read | None, SourceMismatch | None]:
    try:
        return read(folder, data), None
    except SourceMismatch as refused:
        return None, refused


def test_letters_that_two_code_pages_read_differently_are_refused_with_both(
    tmp_path: Path,
) -> None:
    """`õ` and `ő` are one byte: either may be a person's name."""
    with pytest.raises(SourceMismatch) as refused:
        read(tmp_path, "phone,name\n+12065550101,Erdõs\n".encode("cp1252"))
    assert "cp1252" in refused.value.what
    assert "cp1250" in refused.value.what


def test_two_encodings_in_one_file_are_refused_with_the_line(tmp_path: Path) -> None:
    """A line that is not of the encoding of all others was pasted in, or is damaged."""
    good = "".join(f"José,+1206555{at:04d}\n" for at in range(200)).encode()
    with pytest.raises(SourceMismatch) as refused:
        read(tmp_path, b"name,phone\n" + good + "Núñez,+12065550199\n".encode("cp1252"))
    assert refused.value.where == "contacts.csv:202"


def test_a_late_first_letter_is_found(tmp_path: Path) -> None:
    """A megabyte of ASCII says nothing about the letters behind it."""
    filler = "".join(f"Anna,+1206555{at % 10_000:04d}\n" for at in range(80_000))
    names = "".join(f"{name},+12065550100\n" for name in SPANISH)
    done = read(tmp_path, ("name,phone\n" + filler + names).encode("cp1252"))
    assert done.dialect.encoding == "cp1252"
    assert tuple(name for name, _ in done.rows[-len(SPANISH) :]) == SPANISH


def test_what_the_sync_file_says_is_checked(tmp_path: Path) -> None:
    """An encoding that a byte contradicts is refused with the line; so is one that there is not."""
    with pytest.raises(SourceMismatch) as refused:
        read(tmp_path, "name,phone\nAnna,1\nNúñez,2\n".encode("cp1252"), encoding="utf-8")
    assert refused.value.where == "contacts.csv:3"
    with pytest.raises(SourceMismatch) as refused:
        read(tmp_path, "name,phone\nAnna,1\nNúñez,2\n".encode("cp1252"), encoding="shift_jis")
    assert refused.value.where == "contacts.csv:3"
    for name in ("no-such-thing", "rot13", "base64", "idna", "utf-7", ""):
        with pytest.raises(SourceMismatch):
            read(tmp_path, "name,phone\n", encoding=name)
