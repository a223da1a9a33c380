"""Prefect blocks of CRMs say what the environment's variables say, field for field."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from connectors.configuration.crm_environment import (
    hubspot_settings,
    odoo_settings,
    salesforce_settings,
)
from connectors.configuration.environment import NEEDED, platform_settings
from connectors.sources.hubspot import settings as hubspot
from connectors.sources.odoo import settings as odoo
from connectors.sources.salesforce import settings as salesforce
from sendersync.blocks.credentials import (
    BLOCKS,
    PLATFORM,
    Credentials,
    HubspotCredentials,
    OdooCredentials,
    SalesforceCredentials,
    SmsPlatformCredentials,
)
from tests.builders.repository import ROOT

PLATFORM_VARIABLES = {*NEEDED, "SENDERSYNC_API_CLIENT", "SENDERSYNC_API_CLIENT_AUTH"}

KNOWN = {
    SmsPlatformCredentials: PLATFORM_VARIABLES,
    HubspotCredentials: {hubspot.TOKEN_VARIABLE},
    OdooCredentials: set(odoo.VARIABLES),
    SalesforceCredentials: set(salesforce.VARIABLES),
}
FILLED = {
    SmsPlatformCredentials: {
        "api_url": "https://mail.example.com",
        "realm": "example",
        "password": SecretStr("s3cret"),
        "api_client": SecretStr("s3cret-client"),
        "api_client_auth": SecretStr("s3cret-auth"),
    },
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
    assert set(BLOCKS) == set(KNOWN) == set(Credentials.__subclasses__())


@pytest.mark.parametrize("block", BLOCKS, ids=lambda each: each.__name__)
def test_a_block_has_the_fields_of_the_variables(block: type[Credentials]) -> None:
    """One field for each variable, of the same name, described; secrets are secret."""
    fields = block.model_fields
    assert {block.variable(name) for name in fields} == KNOWN[block]
    for name, field in fields.items():
        assert str(field.description).endswith(f"Variable: {block.variable(name)}.")
    open_ones = {name for name, field in fields.items() if field.annotation is not SecretStr}
    assert open_ones <= {"url", "db", "login_url", "api_url", "realm"}


@pytest.mark.parametrize("block", BLOCKS, ids=lambda each: each.__name__)
def test_a_block_is_as_good_as_variables(block: type[Credentials]) -> None:
    """Its values make the same settings, and printing it shows no secret."""
    filled = block(**FILLED[block])
    settings = {
        "hubspot": hubspot_settings,
        "odoo": odoo_settings,
        "salesforce": salesforce_settings,
        PLATFORM: platform_settings,
    }[block.kind]
    settings(filled.as_variables())
    assert "s3cret" not in f"{filled!r} {filled}"


@pytest.mark.parametrize("block", BLOCKS, ids=lambda each: each.__name__)
def test_a_block_has_a_logo_and_an_example(block: type[Credentials]) -> None:
    """Its logo is a picture of ours, and its example names nothing but what the manual knows."""
    logo = (ROOT / "sendersync" / "blocks" / "logos" / f"{block.kind}.svg").read_text("utf-8")
    assert logo.startswith("<svg ")
    assert "href" not in logo
    assert "```" in str(block.get_code_example())
