"""Drop-downs of the forms: what is installed, and nothing that a form could not send."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
from prefect.flows import load_flow_from_entrypoint
from pydantic import ValidationError

from connectors.configuration.deployments_file import read_deployments
from connectors.configuration.sync_folder import sync_files
from flows.support.form_choices import (
    installed_choices,
    place_of,
    with_choices,
    with_defaults,
)
from schemas.deployments import DeploymentSpec
from schemas.errors import WrongUse
from schemas.flow_options import (
    FOR_REAL,
    ONLY_LOOK,
    ImportChoice,
    ImportOptions,
    RunOptions,
    SyncOptions,
)
from schemas.forms.choices import Choices
from schemas.forms.fields import columns_named
from sendersync.serving.deployments import as_deployment
from sendersync.serving.parameters import form_of, refuse_wrong_parameters
from tests.builders.repository import ROOT

SYNC = """\
sync: {name}
source: {{kind: csv, path: {name}.csv}}
columns: {{phone: Mobile}}
sender_code: "{code}"
group: weekly
default_country: {country}
"""
FORMS = [each for each in read_deployments(ROOT / "prefect.yaml") if each.name != "not-told"]
"""What people start; `not-told` is started by an automation, and has no form."""

CHOICES = Choices(
    syncs=("a.yaml", "syncs/b.yaml"),
    sender_codes=("12065551212",),
    groups=("weekly",),
    countries=("US", "DE"),
)


def _schema(flow: str) -> dict[str, Any]:
    loaded = load_flow_from_entrypoint(str(ROOT / "flows" / f"{flow}.py:{flow}"))
    found: dict[str, Any] = loaded.parameters.model_dump_for_openapi()
    return found


def _field(schema: dict[str, Any], frame: str, name: str) -> dict[str, Any]:
    definition = schema["properties"][frame]["$ref"].rpartition("/")[2]
    found: dict[str, Any] = schema["definitions"][definition]["properties"][name]
    return found


def test_what_is_installed_is_found(tmp_path: Path) -> None:
    """Sync files two folders deep; codes, groups and countries of those that can be read."""
    (tmp_path / "syncs" / "eu").mkdir(parents=True)
    (tmp_path / ".hidden").mkdir()
    for place, code, country in (
        ("a", "12065551212", "US"),
        ("syncs/eu/b", "491701234", "DE"),
        (".hidden/c", "1", "SE"),
    ):
        text = SYNC.format(name=Path(place).name, code=code, country=country)
        (tmp_path / f"{place}.yaml").write_text(text)
    (tmp_path / "broken.yaml").write_text("sync: broken\nsorce: x\n")
    (tmp_path / "compose.yaml").write_text("services: {}\n")
    found = installed_choices(tmp_path, f"sqlite:///{tmp_path / 'none.db'}")
    assert found.syncs == ("a.yaml", "broken.yaml", "syncs/eu/b.yaml")
    assert found.sender_codes == ("12065551212", "491701234")
    assert found.groups == ("weekly",)
    assert found.countries[:2] == ("US", "DE") and "SE" in found.countries
    assert not (tmp_path / "none.db").exists(), "only read"
    assert place_of(tmp_path / "a.yaml", tmp_path / "syncs") == (tmp_path / "a.yaml").as_posix()
    with pytest.raises(WrongUse, match="no such folder"):
        sync_files(tmp_path / "nowhere")


def test_a_form_shows_what_is_installed_and_its_default_is_among_it() -> None:
    """Each drop-down has the default and what the deployment is given; an empty list is text."""
    schema = _schema("sync_contacts")
    given = with_defaults(schema, CHOICES, {})
    assert given == {"sync": {"file": "a.yaml"}}
    made = with_choices(schema, CHOICES, {"sync": {"file": "/elsewhere/c.yaml"}})
    assert _field(made, "sync", "file")["enum"] == [
        "",
        "a.yaml",
        "syncs/b.yaml",
        "/elsewhere/c.yaml",
    ]
    assert "enum" not in _field(with_choices(schema, Choices(), {}), "sync", "file")
    assert "enum" not in _field(schema, "sync", "file"), "what was given stays as it was"
    imported = with_choices(_schema("import_contacts"), CHOICES, {})
    assert _field(imported, "what", "group")["enum"] == ["", "weekly"]
    assert _field(imported, "what", "country")["enum"] == ["", "US", "DE"]
    assert with_defaults(_schema("import_contacts"), CHOICES, {}) == {
        "what": {"sender_code": "12065551212"}
    }
    night = with_choices(_schema("nightly"), CHOICES, {})
    assert _field(night, "which", "leave_out")["items"]["enum"] == [*CHOICES.syncs]


@pytest.mark.parametrize("spec", FORMS, ids=lambda each: each.name)
def test_every_form_looks_first_and_can_be_sent_as_it_opens(spec: Any) -> None:
    """Headings are sentences, "Only look" comes first and is the default, all defaults are valid."""
    flow = Path(spec.entrypoint.partition(":")[0]).stem
    schema = _schema(flow)
    given = with_defaults(schema, CHOICES, spec.parameters)
    made = with_choices(schema, CHOICES, given)
    jsonschema.validate(given, made)
    # what the page sends when nothing is touched: the defaults of every frame, hidden ones too
    opened = {name: frame.get("default") for name, frame in made["properties"].items()}
    jsonschema.validate({**opened, **given}, made)
    frames = sorted(made["properties"].values(), key=lambda each: each["position"])
    assert all(each["title"].endswith("?") for each in frames)
    assert not made.get("required")
    if flow not in ("approve", "check_source"):
        first = made["definitions"][frames[0]["$ref"].rpartition("/")[2]]["properties"]
        name, field = next(iter(first.items()))
        assert (name, field["default"], field["enum"]) == ("mode", ONLY_LOOK, [ONLY_LOOK, FOR_REAL])
    for definition in made["definitions"].values():
        for field in definition["properties"].values():
            assert "choices" not in field, "a word of ours that Prefect does not know"
            assert "enum" not in field or field["default"] in field["enum"]


@pytest.mark.parametrize(
    ("options", "by_hand", "by_schedule"),
    [
        ({}, True, False),
        ({"minutes": 5}, True, False),
        ({"mode": ONLY_LOOK}, True, True),
        ({"mode": FOR_REAL}, False, False),
        ({"dry_run": True}, True, True),
        ({"dry_run": False}, False, False),
        ({"dry_run": False, "mode": ONLY_LOOK}, True, True),
    ],
)
def test_nobody_sends_without_saying_so_but_a_schedule(
    options: dict[str, Any], by_hand: bool, by_schedule: bool
) -> None:
    """By hand a run only looks until somebody says otherwise; older forms are still understood."""
    for form in (RunOptions, SyncOptions, ImportOptions):
        given = form(**options)
        assert given.only_look(by_schedule=False) is by_hand
        assert given.only_look(by_schedule=True) is by_schedule


def test_the_parameters_of_before_still_run() -> None:
    """What an older form, schedule or `prefect.yaml` has passes the server's check and the flow's."""
    older = {
        "sync_contacts": {
            "sync": {"file": "sample_data/newsletter.yaml"},
            "options": {"dry_run": False, "approve_stops": 0, "minutes": 0},
        },
        "import_contacts": {
            "what": {"file": "x.csv", "sender_code": "12065551212", "group": "", "country": "US"},
            "columns": {"phone": "Mobile", "email": ""},
            "options": {"dry_run": True, "minutes": 0},
        },
    }
    choices = CHOICES._replace(syncs=("sample_data/newsletter.yaml",))
    for name, given in older.items():
        loaded = load_flow_from_entrypoint(str(ROOT / "flows" / f"{name}.py:{name}"))
        jsonschema.validate(given, with_choices(_schema(name), choices, {}))
        assert loaded.validate_parameters(given)


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("", []),
        ("phone=Mobile", ["phone=Mobile"]),
        (
            "phone=Mobile, email=E-mail, work; opted_out=",
            ["phone=Mobile", "email=E-mail, work", "opted_out="],
        ),
    ],
)
def test_columns_are_named_on_one_line(text: str, pairs: list[str]) -> None:
    """Pairs with commas between; a comma inside a column's name belongs to it."""
    assert columns_named(text) == pairs


@pytest.mark.parametrize("phone", ["phone=2065550142", "+1 206 555 0142", "phone=ann@example.com"])
def test_a_phone_typed_as_a_column_is_refused_and_not_repeated(phone: str) -> None:
    """Before it is stored, by the form's check, and by the flow's own."""
    with pytest.raises(ValidationError) as refused:
        ImportChoice(columns=phone)
    assert phone not in str(refused.value) and "no name of a column" in str(refused.value)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"columns": phone}, ImportChoice.model_json_schema())


def test_a_line_break_of_the_form_is_cut_off() -> None:
    """Enter puts one into a box, and nobody means it."""
    given = ImportChoice(file=" a b.csv\n", sender_code="12065551212\r\n", columns="phone=A\n")
    assert (given.file, given.sender_code, given.columns) == ("a b.csv", "12065551212", "phone=A")


@pytest.mark.parametrize(
    ("given", "line", "says"),
    [
        ("sync: {file: a.yaml}\n      options: {approve_stops: 459}", 6, "no parameter of a sync"),
        ("sync: {file: a.yaml}\n      options:\n        aprove_stops: 1", 7, "not permitted"),
        ("sync: {file: a.yaml}\n      options: {mode: Dry}", 6, "only look"),
        ("synk: {file: a.yaml}", 5, "synk"),
    ],
)
def test_serve_names_the_line_that_does_not_fit(
    tmp_path: Path, given: str, line: int, says: str
) -> None:
    """A parameter that the flow does not take is found before a night, with its line."""
    path = tmp_path / "prefect.yaml"
    flow = ROOT / "flows" / "sync_contacts.py"
    path.write_text(
        "deployments:\n  - name: nightly\n    entrypoint: "
        f"{flow}:sync_contacts\n    parameters:\n      {given}\n"
    )
    (spec,) = read_deployments(path)
    with pytest.raises(WrongUse, match=says) as refused:
        refuse_wrong_parameters(spec, path)
    assert refused.value.where == f"{path}:{line}"


def test_what_serve_starts_fits() -> None:
    """The project's own file, and one of 0.1.0: nothing is refused."""
    for spec in read_deployments(ROOT / "prefect.yaml"):
        refuse_wrong_parameters(spec, ROOT / "prefect.yaml")
    older = {"sync": {"file": "x.yaml"}, "options": {"dry_run": False, "approve_stops": 0}}
    entrypoint = str(ROOT / "flows" / "sync_contacts.py:sync_contacts")
    refuse_wrong_parameters(
        DeploymentSpec(name="nightly", entrypoint=entrypoint, parameters=older), Path("x")
    )


def test_a_deployment_gets_its_drop_downs() -> None:
    """The form that is sent to the server has the choices, and its start values are among them."""
    for spec in read_deployments(ROOT / "prefect.yaml"):
        made = as_deployment(spec, CHOICES)
        schema = form_of(made, CHOICES).model_dump_for_openapi()
        jsonschema.validate(made.parameters, schema)
    sync = as_deployment(
        DeploymentSpec(name="x", entrypoint=str(ROOT / "flows/sync_contacts.py:sync_contacts")),
        CHOICES,
    )
    assert sync.parameters == {"sync": {"file": "a.yaml"}}
    form = form_of(sync, CHOICES).model_dump_for_openapi()
    assert _field(form, "sync", "file")["enum"] == ["", "a.yaml", "syncs/b.yaml"]
