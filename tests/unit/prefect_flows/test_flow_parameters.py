"""The parameters of the flows, and the deployments that carry them."""

from __future__ import annotations

import multiprocessing
import runpy
import threading
from pathlib import Path

import jsonschema
import pytest
from prefect.flows import load_flow_from_entrypoint
from prefect.schedules import Schedule
from pydantic import BaseModel, ValidationError

from connectors.configuration.deployments_file import read_deployments
from schemas import flow_options
from schemas.errors import WrongUse
from schemas.flow_options import ApprovalChoice, ColumnChoice, ImportChoice, SyncChoice
from tests.builders.repository import ROOT

FORMS = [each for each in vars(flow_options).values() if isinstance(each, type)]
FORMS = [each for each in FORMS if issubclass(each, BaseModel) and each is not BaseModel]


@pytest.mark.parametrize("form", FORMS)
def test_forms_hold_only_what_the_page_shows_well(form: type[BaseModel]) -> None:
    """Each field has a title and one plain type: no None, no union, nothing secret."""
    for name, field in form.model_json_schema()["properties"].items():
        assert field["title"][0].isupper(), name
        assert field["type"] in {"string", "boolean", "integer", "array"}, name
        assert not any(word in name for word in ("password", "secret", "token", "key_"))


@pytest.mark.parametrize(
    "place",
    [
        "https://me:hunter2@host.example/contacts.csv",
        "sftp://me@host.example/contacts.csv",
        "s3+x://key:hunter2@bucket/x",
    ],
)
def test_an_address_with_a_password_is_refused_without_repeating_it(place: str) -> None:
    """By the model, which does not quote it, and by the schema that browser and server check."""
    with pytest.raises(ValidationError) as refused:
        SyncChoice(file=place)
    assert "hunter2" not in str(refused.value)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"file": place}, SyncChoice.model_json_schema())


@pytest.mark.parametrize(
    "place", ["a.csv", "/data/me@work/a.csv", "C:\\x\\a.csv", "https://host.example/a@b.csv"]
)
def test_other_places_pass(place: str) -> None:
    """An @ that is no user's is nobody's business; line breaks of the form are cut off."""
    jsonschema.validate({"file": place}, SyncChoice.model_json_schema())
    assert SyncChoice(file=f" {place}\n").file == place


def test_empty_fields_mean_unsaid() -> None:
    """The form cannot show None: an empty column is not mapped, a country is upper case."""
    assert ColumnChoice(phone=" Mobile ", email="").named() == {"phone": "Mobile"}
    assert ImportChoice(file="x", sender_code="1", country="us").country == "US"
    with pytest.raises(ValidationError):
        ImportChoice(file="x", sender_code="1", country="USA")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("digest", "2065550142"),
        ("digest", "20655-50142"),
        ("digest", "+12065550142"),
        ("digest", "ann@example.com"),
        ("name", "ann@example.com"),
        ("note", "asked by +1 206 555 0142"),
        ("note", "(206) 555-0142 rang"),
        ("note", "ann@example.com wrote\nso"),
    ],
)
def test_no_person_stands_in_an_approval(field: str, value: str) -> None:
    """The server keeps what is typed: a phone or an e-mail is refused before it is stored."""
    given = {"digest": "7kq2m-9xtr4", "note": "wrong file", field: value}
    with pytest.raises(ValidationError) as refused:
        ApprovalChoice(**given)
    assert not value or value not in str(refused.value)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(given, ApprovalChoice.model_json_schema())


@pytest.mark.parametrize("digest", ["7kq2m-9xtr4", " 7KQ2M 9XTR4\n", "7kq2m9xtr4"])
def test_a_digest_is_taken_as_it_was_copied(digest: str) -> None:
    """Capitals, spaces and line breaks of the form are no matter."""
    given = {"digest": digest, "note": "looked at on Monday, 20 of 2,000\n"}
    jsonschema.validate(given, ApprovalChoice.model_json_schema())
    assert ApprovalChoice(**given).note == "looked at on Monday, 20 of 2,000"


def test_the_approval_of_an_older_form_is_taken_and_not_shown() -> None:
    """Its runs and schedules pass the check of the server, so that the flow can say what to do."""
    loaded = load_flow_from_entrypoint(str(ROOT / "flows" / "sync_contacts.py:sync_contacts"))
    schema = loaded.parameters.model_dump_for_openapi()
    shown = schema["definitions"]["SyncOptions"]["properties"]
    assert [*shown] == ["mode", "minutes"]
    old = {"dry_run": False, "approve_stops": 5, "minutes": 0}
    jsonschema.validate({"sync": {"file": "x.yaml"}, "options": old}, schema)
    given = loaded.validate_parameters({"sync": {"file": "x.yaml"}, "options": old})
    assert given["options"].approve_stops == 5
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"sync": {"file": "x.yaml"}, "options": {"aprove_stops": 5}}, schema)


def test_every_deployment_loads_from_any_folder(tmp_path: Path) -> None:
    """Entrypoints work by path from elsewhere, and given parameters are those of the flow."""
    assert Path.cwd() != ROOT
    for spec in read_deployments(ROOT / "prefect.yaml"):
        loaded = load_flow_from_entrypoint(spec.entrypoint)
        assert loaded.name == Path(spec.entrypoint.partition(":")[0]).stem
        assert {*spec.parameters} <= {*loaded.validate_parameters(spec.parameters)}
        jsonschema.validate(spec.parameters, loaded.parameters.model_dump_for_openapi())
        assert loaded.description and "Args:" not in loaded.description
        for each in spec.schedules:
            Schedule(cron=each.cron, timezone=each.timezone, slug=each.slug)


@pytest.mark.parametrize(
    "name",
    [*(each.stem for each in sorted((ROOT / "flows").glob("[a-z]*.py"))), "support/running"],
)
def test_flow_files_run_under_another_name(name: str) -> None:
    """Prefect loads a flow's file as a module of its own: that must import, and start nothing."""
    before = set(threading.enumerate())
    loaded = runpy.run_path(str(ROOT / "flows" / f"{name}.py"), run_name=name)
    assert loaded["__name__"] == name and loaded["__doc__"]
    assert set(threading.enumerate()) == before
    assert not multiprocessing.active_children()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("deployments: [", "not YAML"),
        ("deployments:\n  - {name: x}\n", "`deployments.0.entrypoint` is wrong"),
        (
            "deployments:\n  - {name: x, entrypoint: 'a.py:a', schedules: [{cron: '* * * * *'}]}\n",
            "`deployments.0.schedules.0.slug` is wrong",
        ),
    ],
)
def test_a_wrong_prefect_yaml_is_refused(tmp_path: Path, text: str, says: str) -> None:
    """Serve says what is wrong with the file instead of serving less than was written."""
    path = tmp_path / "prefect.yaml"
    path.write_text(text)
    with pytest.raises(WrongUse, match=says):
        read_deployments(path)
    with pytest.raises(WrongUse, match="cannot be read"):
        read_deployments(tmp_path / "nowhere.yaml")
