"""One block for each CRM, with the fields of its variables.

| block | variables |
| --- | --- |
| `sendersync HubSpot` | `SENDERSYNC_HUBSPOT_TOKEN` |
| `sendersync Salesforce` | `SENDERSYNC_SALESFORCE_LOGIN_URL`, `_CLIENT_ID`, and the others |
| `sendersync Odoo` | `SENDERSYNC_ODOO_URL`, `_DB`, `_LOGIN`, `_API_KEY` |

They hold values and nothing else: which CRM is asked, and how, is the business of `connectors`.
"""

from __future__ import annotations

from typing import ClassVar, Final

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

NAME: Final = "sendersync"
"""The name under which a flow looks for a block."""


class CrmCredentials(Block):
    """What all of them can do; not a block of its own."""

    kind: ClassVar[str]
    """The sync file's `source.kind`."""

    def as_variables(self) -> dict[str, str]:
        """The variables of the environment that say the same."""
        found = {}
        for field in type(self).model_fields:
            value = getattr(self, field)
            text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            if text:
                found[f"SENDERSYNC_{self.kind}_{field}".upper()] = text
        return found


class HubspotCredentials(CrmCredentials):
    """A service key of HubSpot, or the token of an older private app."""

    _block_type_name = "sendersync HubSpot"
    _block_type_slug = "sendersync-hubspot"
    _description = "Reads contacts of a HubSpot account for sendersync."
    kind: ClassVar[str] = "hubspot"

    token: SecretStr = Field(
        description="A service key: Development > Keys > Service keys. It "
        "needs crm.objects.contacts.read, crm.schemas.contacts.read and, for lists, crm.lists.read."
    )


class SalesforceCredentials(CrmCredentials):
    """A connected app of a Salesforce organisation."""

    _block_type_name = "sendersync Salesforce"
    _block_type_slug = "sendersync-salesforce"
    _description = "Reads contacts or leads of a Salesforce organisation for sendersync."
    kind: ClassVar[str] = "salesforce"

    login_url: str = Field(
        description="The address of My Domain, such as https://example.my.salesforce.com."
    )
    client_id: SecretStr = Field(description="The consumer key of the connected app.")
    client_secret: SecretStr = Field(
        default=SecretStr(""),
        description="Its consumer secret; with a refresh token only where the app asks for it.",
    )
    refresh_token: SecretStr = Field(
        default=SecretStr(""),
        description="A refresh token, where the app does not use client credentials.",
    )


class OdooCredentials(CrmCredentials):
    """A login of an Odoo database."""

    _block_type_name = "sendersync Odoo"
    _block_type_slug = "sendersync-odoo"
    _description = "Reads partners of an Odoo database for sendersync."
    kind: ClassVar[str] = "odoo"

    url: str = Field(description="The address of Odoo, such as https://example.odoo.com.")
    db: str = Field(description="The name of the database.")
    login: SecretStr = Field(description="The login of the user that reads.")
    api_key: SecretStr = Field(
        description="An API key of that user: Preferences > Account Security."
    )


BLOCKS: Final[tuple[type[CrmCredentials], ...]] = (
    HubspotCredentials,
    SalesforceCredentials,
    OdooCredentials,
)
"""Every block there is; `sendersync serve` registers them."""
