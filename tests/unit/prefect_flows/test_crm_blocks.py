"""Prefect blocks of CRMs say what the environment's variables say, field for field."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from connectors.configuration.crm_environment import (
    hubspot_settings,
    odoo_settings,
    salesforce_settings,
)
from connectors.sources.hubspot import settings as hubspot
from connectors.sources.odoo import settings as odoo
from connectors.sources.salesforce import settings as salesforce
from sendersync.blocks.crm_credentials import (
    BLOCKS,
    CrmCredentials,
    HubspotCredentials,
    OdooCredentials,
    SalesforceCredentials,
)

KNOWN = {
    HubspotCredentials: {hubspot.TOKEN_VARIABLE},
    OdooCredentials: set(odoo.VARIABLES),
    SalesforceCredentials: set(salesforce.VARIABLES),
}
FILLED = {
    HubspotCredentials: {"token": SecretStr("pat-s3cret")},
    OdooCredentials: {
        "url": "https://example.odoo.com",
        "db": "example",
        "login": SecretStr("s3cret@example.com"),
        "api_key": SecretStr("s3cret"),
    },
    SalesforceCredentials: {
        "login_url": "https://example.my.salesforce.com",
        "client_id": SecretStr("s3cret-id"),
        "client_secret": SecretStr("s3cret"),
    },
}


def test_every_block_is_registered() -> None:
    """What `serve` registers is every block there is."""
    assert set(BLOCKS) == set(KNOWN) == set(CrmCredentials.__subclasses__())


@pytest.mark.parametrize("block", BLOCKS, ids=lambda each: each.__name__)
def test_a_block_has_the_fields_of_the_variables(block: type[CrmCredentials]) -> None:
    """One field for each variable, of the same name, described; secrets are secret."""
    fields = block.model_fields
    names = {f"SENDERSYNC_{block.kind}_{name}".upper() for name in fields}
    assert names == KNOWN[block]
    assert all(field.description for field in fields.values())
    open_ones = {name for name, field in fields.items() if field.annotation is not SecretStr}
    assert open_ones <= {"url", "db", "login_url"}


@pytest.mark.parametrize("block", BLOCKS, ids=lambda each: each.__name__)
def test_a_block_is_as_good_as_variables(block: type[CrmCredentials]) -> None:
    """Its values make the same settings, and printing it shows no secret."""
    filled = block(**FILLED[block])
    settings = {
        "hubspot": hubspot_settings,
        "odoo": odoo_settings,
        "salesforce": salesforce_settings,
    }[block.kind]
    settings(filled.as_variables())
    assert "s3cret" not in f"{filled!r} {filled}"
