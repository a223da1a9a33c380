"""From a dropped file to a sync file that `plan` accepts: columns, words and answers are chosen."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from connectors.configuration.sync_files import read_sync_file
from schemas.flow_options import ImportChoice, SyncChoice
from schemas.forms.fields import columns_named
from schemas.sync_file import FlagWords, SyncFile
from sendersync.pipeline.one_off.map_options import read_mapping
from sendersync.web.choices import Choices
from sendersync.web.prefect_links import import_link
from sendersync.web.settings import PrefectForms
from tests.builders.command_line import CommandLine
from tests.builders.delivered import delivered
from tests.builders.page_server import PageServer, fields_of, text_of
from tests.builders.repository import ROOT

LIST = """\
Id,Mobile,Country,First Name,Do not call,SMS status,Unsubscribed
1,+12065550101,US,Ann,yes,A,
2,+12065550102,US,Bob,,B,moved
3,2065550103,,Cleo,,A,2026-01-05
4,+12065550104,US,Dan,,A,
"""


def _answered(page: PageServer, address: str, **answers: str) -> str:
    """Sends the form back with some answers changed, by the name of their field."""
    fields = fields_of(page.browser.get(address))
    by_column = {
        fields[name]: name.replace("asked.", "ask.") for name in fields if "asked." in name
    }
    for name, value in answers.items():
        fields[by_column.get(name.replace("_", " "), name.replace("__", "."))] = value
    answer = page.browser.post(f"{address}/choices", data=fields)
    assert answer.status_code == 303, text_of(answer)
    return text_of(page.browser.get(address))


def _save(page: PageServer, address: str, **wishes: str) -> tuple[int, str]:
    given = {"name": "weekly", "sender_code": "12065551212", **wishes}
    answer = page.browser.post(f"{address}/sync", data=given)
    return answer.status_code, text_of(answer)


def _saved(page: PageServer, name: str) -> SyncFile:
    return read_sync_file(page.settings.syncs / f"{name}.yaml").sync


def test_a_dropped_file_becomes_a_sync_file_that_plan_accepts(
    page: PageServer, tmp_path: Path
) -> None:
    """Look, decide about columns, sort the words, save: `sendersync plan` runs it as it is."""
    address = page.dropped("weekly list.csv", LIST)
    shown = text_of(page.browser.get(address))
    assert "Please decide first" in shown and "Save the sync file" not in shown
    assert _save(page, address)[0] == 409

    shown = _answered(page, address, Do_not_call="opted_out", SMS_status="nothing")
    assert "Please decide" not in shown or "Unsubscribed" in shown
    fields = fields_of(page.browser.get(address))
    assert fields["column.opted_out"] and fields["not_permission"] == "SMS status"
    shown = _answered(page, address, column__opted_out="Unsubscribed", country="us")
    assert "Who said stop?" in shown and "moved" in shown and "Real dates" in shown
    fields = fields_of(page.browser.get(address))
    words = {fields[name]: name.replace("words.", "word.") for name in fields if "words." in name}
    fields[words["moved"]], fields[words["(dates)"]] = "no", "yes"
    leftover = {name: "nothing" for name in fields if name.startswith("ask.")}
    page.browser.post(f"{address}/choices", data={**fields, **leftover})

    code, shown = _save(page, address, name="Weekly List", group="weekly")
    assert code == 200 and "weekly-list is saved" in shown and "is removed on" in shown, shown
    sync = _saved(page, "weekly-list")
    assert (sync.sync, sync.sender_code, sync.group) == ("weekly-list", "12065551212", "weekly")
    assert sync.columns.opted_out == "Unsubscribed" and sync.default_country == "US"
    assert sync.words.opted_out == FlagWords(means_no=["moved"], dates_mean_yes=True)
    assert set(sync.not_permission) >= {"SMS status"}

    delivered(page.settings.uploads / Path(address).name / "weekly list.csv")
    line = CommandLine(tmp_path / "desk", {})
    planned = line("plan", str(page.settings.syncs / "weekly-list.yaml"), "--json")
    assert planned.code in (0, 3), planned.err
    assert planned.json["source"]["rows"] == 4 and planned.json["contacts"]["withheld"] == 1


def test_a_saved_name_is_never_over_a_file(page: PageServer) -> None:
    """A name that is taken, by a file or by a sync that has run, is refused; the file stays."""
    address = page.dropped("plain.csv", "Mobile\n+12065550101\n")
    assert _save(page, address, name="plain")[0] == 200
    path = page.settings.syncs / "plain.yaml"
    before = path.read_bytes()
    for name in ("plain", "Plain", "../plain", "plain.", "pläin"):
        code, shown = _save(page, address, name=name)
        assert code == 409 and "already" in shown, name
    assert path.read_bytes() == before
    link = page.settings.syncs / "link.yaml"
    link.symlink_to(page.settings.syncs.parent / "elsewhere.yaml")
    assert _save(page, address, name="link")[0] in (400, 409)
    assert not (page.settings.syncs.parent / "elsewhere.yaml").exists()


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"name": ""}, "needs a name"),
        ({"name": "電話"}, "needs a name"),
        ({"sender_code": ""}, "sender_code"),
        ({"sender_code": "a/b"}, "slash"),
        ({"sender_code": "FILL_IN"}, "not filled in"),
        ({"place": "\0"}, "cannot be seen"),
        ({"group": "weekly\nguards: {max_stops: 1000000}"}, "cannot be seen"),
    ],
)
def test_what_makes_no_sync_is_refused(page: PageServer, wishes: dict[str, str], said: str) -> None:
    """A wish that no sync file can hold is said in words, and nothing is written."""
    address = page.dropped("plain.csv", "Mobile\n+12065550101\n")
    before = sorted(page.settings.syncs.iterdir()) if page.settings.syncs.exists() else []
    code, shown = _save(page, address, **{"name": "other", **wishes})
    assert code == 400 and said in shown
    after = sorted(page.settings.syncs.iterdir()) if page.settings.syncs.exists() else []
    assert after == before


def test_wishes_are_values_and_never_keys(page: PageServer) -> None:
    """Quotes and YAML in what somebody types stay inside their value."""
    address = page.dropped("plain.csv", "Mobile\n+12065550101\n")
    evil = 'weekly", guards: {max_stops: 1000000} # *&!|>\\'
    code, shown = _save(page, address, name="evil", group=evil, place='x", removals: keep #.csv')
    sync = _saved(page, "evil")
    assert code == 200, shown
    assert sync.group == evil and sync.guards.max_stops == 10 and sync.removals == "stop"


def test_a_choice_that_is_none_is_refused(page: PageServer) -> None:
    """A column that the file has not, a country that is none: a plain page, and a way back."""
    address = page.dropped("choices.csv", "Mobile\n+12065550101\n")
    wrong = ({"column.phone": "Nowhere"}, {"column.email": "Nowhere"}, {"country": "Nowhere"})
    for answers in wrong:
        answer = page.browser.post(f"{address}/choices", data=answers)
        assert answer.status_code == 400 and f'href="{address}"' in answer.text
    assert fields_of(page.browser.get(address))["column.phone"] == "Mobile"
    page.browser.post(f"{address}/choices", data={"column.phone": ""})
    shown = text_of(page.browser.get(address))
    assert "not clear which column holds the phone" in shown and "Save the sync file" not in shown


def test_a_form_that_is_none_is_refused(page: PageServer) -> None:
    """A body that is too large, has too many fields or is no form changes nothing."""
    address = page.dropped("plain.csv", "Mobile\n+12065550101\n")
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for body, headers, status in (
        (b"a=" + b"1" * (2 << 20), kind, 413),
        (b"&".join(b"a%d=1" % n for n in range(5_000)), kind, 400),
        (b"\xff\xfe", kind, 400),
        (b"{}", {"Content-Type": "application/json"}, 415),
    ):
        answer = page.browser.post(f"{address}/choices", content=body, headers=headers)
        assert answer.status_code == status, body[:10]
    assert page.browser.get(address).status_code == 200


def test_cells_and_names_are_text_on_every_page(page: PageServer) -> None:
    """Mark-up, formulas and reading directions of a hostile file are shown, and nothing obeys them."""
    evil = "<script>alert(1)</script>"
    rows = [f'Mobile,{evil},Do not call "x"><b>,Unsubscribed']
    rows += [f"+12065550101,=cmd|'/c calc'!A1,<img src=x onerror=alert(1)>,{evil}"]
    rows += ['+12065550102,\u202eevil\x1b[31m,\'><svg onload=alert(1)>,"</select><h1>owned"']
    address = page.dropped(f"{evil}.csv", "\n".join(rows) + "\n")
    for path in (address, "/"):
        shown = page.browser.get(path).text
        assert not any(tag in shown for tag in ("<script>a", "<img", "<svg onload", "<h1>owned"))
        assert "\u202e" not in shown and "\x1b" not in shown
    fields = fields_of(page.browser.get(address))
    assert set(fields.values()) >= {"Mobile"}
    shown = page.browser.post(f"{address}/sync", data={"name": evil, "sender_code": evil}).text
    assert "<script>" not in shown


def test_many_columns_are_a_page(page: PageServer) -> None:
    """Of many columns the first 200 can be chosen, and the chosen ones; ten thousand are refused."""
    for count in (300, 10_000):
        header = ",".join([*(f"c{n}" for n in range(count - 1)), "Mobile"])
        rows = f"{header}\n" + "," * (count - 1) + "+12065550101\n"
        answer = page.browser.get(page.dropped(f"wide{count}.csv", rows))
        assert len(answer.content) < 1_000_000
        if count == 300:
            assert "The first 201 of 300 columns" in text_of(answer)
            assert fields_of(answer)["column.phone"] == "Mobile"
        else:
            assert answer.status_code == 422 and "10,000 columns" in text_of(answer)


def test_people_are_masked(page: PageServer) -> None:
    """No page shows a phone, an e-mail or a name of the file in full."""
    rows = "Mobile,Email,First Name\n+12065550107,annabel@example.com,Annabel\n"
    address = page.dropped("people.csv", rows)
    for path in (address, "/"):
        shown = page.browser.get(path).text
        assert "5550107" not in shown and "annabel" not in shown and "Annabel" not in shown


def test_links_to_prefect_fill_in_what_its_forms_know(page: PageServer) -> None:
    """Each parameter of a link is one of the flow, and fits its form: any other kills the form."""
    address = page.dropped("plain.csv", "Mobile\n+12065550101\n")
    shown = (
        page.browser.get(address).text
        + page.browser.post(
            f"{address}/sync", data={"name": "linked", "sender_code": "12065551212"}
        ).text
    )
    links = [link for link in shown.split('"') if "?parameters=" in link]
    assert len(links) == 2
    flows = {"/i/": "import_contacts", "/s/": "sync_contacts"}
    for link in links:
        flow = next(name for mark, name in flows.items() if mark in link)
        given = json.loads(parse_qs(urlsplit(link.replace("&amp;", "&")).query)["parameters"][0])
        tree = ast.parse((ROOT / f"flows/{flow}.py").read_text("utf-8"))
        known = next(
            {argument.arg for argument in node.args.args}
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and node.name == flow
        )
        assert set(given) <= known
        choice = {"what": ImportChoice, "sync": SyncChoice}[next(iter(given))]
        assert Path(choice.model_validate(next(iter(given.values()))).file).is_file()
    assert "phone=Mobile" in unquote(links[0])


@pytest.mark.parametrize(
    ("column", "brought"),
    [
        *((name, True) for name in ("Mobile Phone", "a,b", "x=y", "Ünï")),
        *((name, False) for name in ("Order 12065550101", "a; phone=b", "ann@example.com")),
    ],
)
def test_a_column_that_a_form_would_not_take_is_left_out(column: str, *, brought: bool) -> None:
    """The form would stay dead without a word, or take it apart: the link brings no columns then."""
    forms = PrefectForms(import_contacts="http://127.0.0.1:4200/run")
    link = import_link(forms, Path("a.csv"), Choices(columns={"phone": column, "email": "Mail"}))
    given = json.loads(parse_qs(urlsplit(link).query)["parameters"][0])
    assert ("columns" in given["what"]) is brought
    if brought:
        named = columns_named(given["what"]["columns"])
        assert read_mapping(named) == {"phone": column, "email": "Mail"}
