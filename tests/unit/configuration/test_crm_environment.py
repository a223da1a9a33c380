"""Credentials of CRMs: what is missing or dangerous is said before anything is asked."""

from __future__ import annotations

import pytest

from connectors.configuration.crm_environment import hubspot_settings, odoo_settings
from connectors.configuration.sync_files import parse_sync_file
from connectors.sources.hubspot.contacts import HubspotContacts
from connectors.sources.odoo.partners import OdooPartners
from schemas.errors import SyncFileError, WrongUse
from schemas.source_specs import HubspotSource, OdooSource
from tests.builders.repository import ROOT

ODOO = {
    "SENDERSYNC_ODOO_URL": "https://example.odoo.com/",
    "SENDERSYNC_ODOO_DB": "example",
    "SENDERSYNC_ODOO_LOGIN": "sync@example.com",
    "SENDERSYNC_ODOO_API_KEY": "s3cret",
}
HUBSPOT = {"SENDERSYNC_HUBSPOT_TOKEN": "pat-s3cret"}


def test_secrets_are_shown_nowhere() -> None:
    """Settings and sources can be printed: token, key and login stand in none of them."""
    for made in (
        hubspot_settings(HUBSPOT),
        odoo_settings(ODOO),
        HubspotContacts(hubspot_settings(HUBSPOT), ("phone",)),
        OdooPartners(odoo_settings(ODOO), ("phone",)),
    ):
        assert not [each for each in ("s3cret", "sync@example.com") if each in f"{made!r} {made}"]


@pytest.mark.parametrize("missing", [*ODOO, *HUBSPOT])
def test_a_missing_variable_is_named(missing: str) -> None:
    """The variable, what it means, and the page about the CRM."""
    given = {name: value for name, value in {**ODOO, **HUBSPOT}.items() if name != missing}
    settings = hubspot_settings if missing in HUBSPOT else odoo_settings
    with pytest.raises(WrongUse, match=f"{missing} is not set") as refusal:
        settings(given)
    assert "docs/how-to/" in refusal.value.do


@pytest.mark.parametrize("url", ["http://example.odoo.com", "https://me:s3cret@example.odoo.com"])
def test_addresses_are_checked(url: str) -> None:
    """Credentials go out over https alone, and no address holds any."""
    with pytest.raises(WrongUse) as refusal:
        odoo_settings({**ODOO, "SENDERSYNC_ODOO_URL": url})
    assert refusal.value.where == "SENDERSYNC_ODOO_URL" and "s3cret" not in str(refusal.value)
    with pytest.raises(WrongUse):
        hubspot_settings({**HUBSPOT, "SENDERSYNC_HUBSPOT_URL": url})


@pytest.mark.parametrize("page", ["hubspot", "odoo"])
def test_the_sync_file_of_each_page_is_one(page: str) -> None:
    """What the how-to page shows as a complete sync file is accepted as it stands."""
    text = (ROOT / f"docs/how-to/{page}.md").read_text("utf-8")
    written = text.partition("```yaml\n")[2].partition("```")[0]
    sync = parse_sync_file(written, name=page)
    assert isinstance(sync.source, HubspotSource | OdooSource)
    assert sync.columns.key == "id" and sync.source.mode == "incremental"


def test_a_lists_id_needs_no_quotes() -> None:
    """YAML reads 123 as a number; a person meant the list."""
    assert HubspotSource.model_validate({"kind": "hubspot", "list": 123}).list == "123"


@pytest.mark.parametrize(
    "domain",
    [
        "[active]",
        "[[a, b]]",
        "[{a: 1}]",
        "name",
        "[[1, '=', 2]]",
        "['|', [a, '=', 1]]",
        "['&']",
        "['!', '|', [a, '=', 1]]",
        "[[a, '=', 1], '!']",
    ],
)
def test_a_domain_that_is_none_is_refused(domain: str) -> None:
    """In the sync file's own line, before Odoo is asked."""
    text = f"sync: s\nsource:\n  kind: odoo\n  domain: {domain}\ncolumns: {{phone: p}}\n"
    with pytest.raises(SyncFileError, match=r"source\.domain") as refusal:
        parse_sync_file(text + 'sender_code: "1"\n', name="s.yaml")
    assert refusal.value.where.startswith("s.yaml:4")
