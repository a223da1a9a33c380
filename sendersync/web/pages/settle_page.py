"""The page of a dropped file: what would become of it, and the forms that settle what it means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from schemas.wording import counted
from sendersync.transforms.mapping.suggest import level
from sendersync.transforms.mapping.unclear_words import DATES, OTHERS
from sendersync.web.choices import FIELDS, PERMISSIONS
from sendersync.web.file_names import slug
from sendersync.web.pages import check_parts
from sendersync.web.pages.document import served
from sendersync.web.pages.html import cell, text, value_of
from sendersync.web.pages.plain_names import FIELD_NAMES
from sendersync.web.pages.small_pages import remove_form

if TYPE_CHECKING:
    from sendersync.web.checked_upload import CheckedUpload

_MEANING: Final = {
    "phone": "the number that gets the texts",
    "key": "what names a person for life, also with another number",
    "email": "people without one are added by their phone alone",
    "first_name": "",
    "country": "says how a number without country code is read",
    "opted_out": "a yes stops the person, and nothing adds them again",
    "consent": "only people with a yes are added",
    "consent_at": "kept as evidence",
    "group": "the SMS group, where it differs from row to row",
    "customer_key": "sent to the platform, where your account uses one",
}
_QUESTION: Final = {
    "opted_out": (
        "Who said stop?",
        "They said stop: stop them, and never add them",
        "They did not say stop",
    ),
    "consent": ("Who agreed to texts?", "They agreed", "They did not agree: do not add them"),
}


@dataclass(frozen=True)
class SettleView:
    """What the page shows beside what was checked.

    Attributes:
        checked: The file.
        address: Where its forms go.
        import_form: Prefect's form for one import, filled in; empty where it is not served.
        kept_days: How long the file stays.
    """

    checked: CheckedUpload
    address: str
    import_form: str
    kept_days: int


def settle_page(view: SettleView) -> str:
    """The page."""
    result = view.checked.result
    title = f"What is in {result.name}"
    body = [
        f'<h1 dir="auto">{text(title)}</h1>\n',
        *check_parts.counts(result.summary),
        *_name_says(view.checked),
        *_settle_form(view),
        *check_parts.reasons(result.summary),
        *check_parts.near_misses(result.summary),
        *check_parts.samples(result.summary, unmasked=False),
        *check_parts.written_as(result),
        *_save_form(view),
        *_other_ways(view),
    ]
    return served(title, body)


def _name_says(checked: CheckedUpload) -> Iterator[str]:
    if checked.name_says:
        yield f'<p class="note"><b>Careful.</b> {text(checked.name_says)} '
        yield "If these people may be texted all the same, give the file another name and drop it "
        yield "again. If they may not: <code>sendersync stop FILE</code>.</p>\n"


def _settle_form(view: SettleView) -> Iterator[str]:
    yield f'<form method="post" action="{view.address}/choices">\n'
    yield from _decisions(view.checked)
    yield from _columns(view.checked)
    for name in PERMISSIONS:
        yield from _words(view.checked, name)
    yield from (
        f'<input type="hidden" name="not_permission" value="{value_of(column)}">\n'
        for column in view.checked.choices.not_permission
    )
    yield "<p><button>Look again with these answers</button></p>\n</form>\n"


def _decisions(checked: CheckedUpload) -> Iterator[str]:
    if not checked.undecided:
        return
    yield "<h2>Please decide first</h2>\n"
    yield "<p>These columns may say who may be texted. No one is added before it is clear.</p>\n"
    for number, column in enumerate(checked.undecided):
        yield f'<p class="field decide"><label for="ask{number}">What does {cell(column)} say?'
        yield "</label>\n"
        yield _hidden(f"asked.{number}", column)
        yield f'<select id="ask{number}" name="ask.{number}">\n'
        yield from _options(
            (
                ("", "Please choose"),
                ("opted_out", "Who must not be texted"),
                ("consent", "Who may be texted"),
                ("nothing", "Nothing about texts"),
            ),
            "",
        )
        yield "</select>\n"
        yield f'<span class="soft small">{_seen(checked, column)}</span></p>\n'


def _seen(checked: CheckedUpload, column: str) -> str:
    """What stands in a column, as far as it may be shown."""
    listed = [
        f"{cell(word)} {counted(rows, 'row')}"
        for word, rows in checked.cells.get(column, {}).items()
    ]
    return f"Its cells: {', '.join(listed)}." if listed else ""


def _columns(checked: CheckedUpload) -> Iterator[str]:
    suggestion, chosen = checked.result.suggestion, checked.choices.columns
    known = checked.result.summary.columns
    listed = list(known[: check_parts.MOST_COLUMNS])
    listed += [each for each in chosen.values() if each and each not in listed]
    yield "<h2>Which column is what</h2>\n"
    if len(listed) < len(known):
        yield f"<p>The first {len(listed):,} of {len(known):,} columns can be chosen here.</p>\n"
    yield '<div class="fields">\n'
    for name in FIELDS:
        hint = _MEANING[name]
        if name in suggestion.columns and suggestion.columns[name] == chosen.get(name):
            hint = f"{level(suggestion.confidence[name])}; {hint}".removesuffix("; ")
        yield f'<p class="field"><label for="c-{name}">{FIELD_NAMES[name]}</label>\n'
        described = f' aria-describedby="h-{name}"' if hint else ""
        yield f'<select id="c-{name}" name="column.{name}"{described}>\n'
        none = "Please choose" if name == "phone" else "No column"
        yield from _options([("", none), *((each, each) for each in listed)], chosen.get(name, ""))
        yield "</select>\n"
        yield (
            f'<span id="h-{name}" class="soft small">{text(hint)}</span></p>\n'
            if hint
            else "</p>\n"
        )
    yield '<p class="field"><label for="country">Country of numbers without country code</label>\n'
    yield '<input id="country" name="country" maxlength="2" size="4" autocomplete="off" '
    yield f'aria-describedby="h-dial" value="{value_of(checked.choices.country)}">\n'
    yield '<span id="h-dial" class="soft small">Two letters, such as US. Leave it empty when each '
    yield "number or its row says its country.</span></p>\n</div>\n"
    asked = [*map(repr, checked.undecided)]
    for note in suggestion.notes:
        if not any(column in note for column in asked):  # asked about above
            yield f'<p class="note">{text(note)}</p>\n'


def _words(checked: CheckedUpload, name: str) -> Iterator[str]:
    """The words of a permission that mean neither yes nor no until somebody says so."""
    if not checked.choices.columns.get(name):
        return
    unclear = checked.result.summary.unclear.get(name)
    rows = dict(unclear.words) if unclear else {}
    answers = checked.choices.words.get(name, {})
    words = [*answers, *(word for word in rows if word not in answers)]
    if not words:
        return
    question, yes, no = _QUESTION[name]
    yield f"<h2>{question}</h2>\n"
    yield "<p>These cells are neither a yes nor a no by themselves. What you do not answer leaves "
    yield "people as they are.</p>\n"
    for number, word in enumerate(words):
        if word == OTHERS:
            count = counted(rows.get(word, 0), "row has", "rows have")
            yield f'<p class="soft">{count} other texts, too different to be listed.</p>\n'
            continue
        # a day of the calendar is no "no": nobody writes the day on which nothing happened
        choices = [("", "Leave these people as they are"), ("yes", yes)]
        choices += [] if word == DATES else [("no", no)]
        shown = "Real dates" if word == DATES else cell(word)
        count = f" ({counted(rows[word], 'row')})" if word in rows else ""
        yield f'<p class="field"><label for="w-{name}{number}">{shown}{count}</label>\n'
        yield _hidden(f"words.{name}.{number}", word)
        yield f'<select id="w-{name}{number}" name="word.{name}.{number}">\n'
        yield from _options(choices, answers.get(word, ""))
        yield "</select></p>\n"


def _save_form(view: SettleView) -> Iterator[str]:
    yield "<h2>Save it as a sync file</h2>\n"
    if not view.checked.ready:
        yield "<p>Something above is still open: which column holds the phone, or who may be "
        yield "texted. Answer it, and look again.</p>\n"
        return
    name = slug(view.checked.upload.name.rpartition(".")[0])
    yield "<p>A sync keeps the platform in step with this file, night after night.</p>\n"
    yield f'<form method="post" action="{view.address}/sync">\n<div class="fields">\n'
    yield from _field("name", "Name of the sync", "letters, digits and dashes; for good", name)
    yield from _field("sender_code", "Sender code", "the number your texts come from")
    yield from _field("group", "SMS group", "may be empty", required=False)
    yield from _field(
        "place",
        "Where the file comes from every night",
        "a path or a pattern on the computer where sendersync runs, such as exports/list_*.csv; "
        f"empty: the dropped file itself, which is removed after {counted(view.kept_days, 'day')}",
        required=False,
    )
    yield "</div>\n<p><button>Save the sync file</button></p>\n</form>\n"


def _other_ways(view: SettleView) -> Iterator[str]:
    if view.import_form and view.checked.ready:
        yield "<h2>Or import it once</h2>\n"
        yield f'<p><a href="{value_of(view.import_form)}">Open Prefect\'s import form</a>, filled '
        yield "in with this file and its columns. Nothing is sent before you submit it there.</p>\n"
    yield "<h2>Or remove it</h2>\n"
    yield remove_form(view.address)


def _field(
    name: str, label: str, hint: str, value: str = "", *, required: bool = True
) -> Iterator[str]:
    need = " required" if required else ""
    yield f'<p class="field"><label for="s-{name}">{text(label)}</label>\n'
    yield f'<input id="s-{name}" name="{name}" value="{value_of(value)}" autocomplete="off" '
    yield f'aria-describedby="g-{name}"{need}>\n'
    yield f'<span id="g-{name}" class="soft small">{text(hint)}</span></p>\n'


def _options(choices: Sequence[tuple[str, str]], chosen: str) -> Iterator[str]:
    for value, shown in choices:
        mark = " selected" if value == chosen else ""
        yield f'<option value="{value_of(value)}"{mark}>{text(shown, 80)}</option>\n'


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{value_of(value)}">\n'
