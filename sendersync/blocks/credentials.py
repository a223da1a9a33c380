"""One block for the platform and for each CRM, with the fields of its variables.

| block | variables |
| --- | --- |
| `sendersync SMS platform` | `SENDERSYNC_API_URL`, `SENDERSYNC_REALM`, `SENDERSYNC_PASSWORD`, ... |
| `sendersync HubSpot` | `SENDERSYNC_HUBSPOT_TOKEN` |
| `sendersync Salesforce` | `SENDERSYNC_SALESFORCE_LOGIN_URL`, `_CLIENT_ID`, and the others |
| `sendersync Odoo` | `SENDERSYNC_ODOO_URL`, `_DB`, `_LOGIN`, `_API_KEY` |

They hold values and nothing else: who is asked, and how, is the business of `connectors`.
"""

from __future__ import annotations

from typing import ClassVar, Final

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

NAME: Final = "sendersync"
"""The name under which a flow looks for a block."""


PLATFORM: Final = "sms_platform"
"""The kind of the block that is not a CRM's."""


_WHEN: Final = (
    "Call the block `sendersync`: flows take it where their environment has none of its variables; "
    "where it has one, the environment counts."
)


def _example(kind: str) -> str:
    return f"""Nothing to write but the source in the sync file; the block is found by its name:

```yaml
source: {{kind: {kind}}}
```
"""


class Credentials(Block):
    """What all of them can do; not a block of its own."""

    kind: ClassVar[str]
    """The sync file's `source.kind`, or `PLATFORM`."""

    @classmethod
    def variable(cls, field: str) -> str:
        """The variable of the environment that a field stands for."""
        system = "" if cls.kind == PLATFORM else f"{cls.kind}_"
        return f"SENDERSYNC_{system}{field}".upper()

    def as_variables(self) -> dict[str, str]:
        """The variables of the environment that say the same."""
        found = {}
        for field in type(self).model_fields:
            value = getattr(self, field)
            text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            if text:
                found[self.variable(field)] = text
        return found


class SmsPlatformCredentials(Credentials):
    """The account on the SMS platform whose sender codes are kept in step."""

    _block_type_name = "sendersync SMS platform"
    _block_type_slug = "sendersync-sms-platform"
    _description = f"The account on the SMS platform. {_WHEN}"
    _code_example = """Nothing to write: every flow takes the block that is called `sendersync`.

```
Deployments > sync-now > Run
```
"""
    kind: ClassVar[str] = PLATFORM

    api_url: str = Field(
        description="The site of the platform, such as https://mail.example.com. Variable: "
        "SENDERSYNC_API_URL."
    )
    realm: str = Field(description="The name of your account there. Variable: SENDERSYNC_REALM.")
    password: SecretStr = Field(
        description="The API password of that account. Variable: SENDERSYNC_PASSWORD."
    )
    api_client: SecretStr = Field(
        default=SecretStr(""),
        description="The first half of the x-api-key pair, where your site wants one. Variable: "
        "SENDERSYNC_API_CLIENT.",
    )
    api_client_auth: SecretStr = Field(
        default=SecretStr(""),
        description="Its second half. Variable: SENDERSYNC_API_CLIENT_AUTH.",
    )


class HubspotCredentials(Credentials):
    """A service key of HubSpot, or the token of an older private app."""

    _block_type_name = "sendersync HubSpot"
    _block_type_slug = "sendersync-hubspot"
    _description = f"Reads contacts of a HubSpot account. {_WHEN}"
    _code_example = _example("hubspot")
    kind: ClassVar[str] = "hubspot"

    token: SecretStr = Field(
        description="A service key: Development > Keys > Service keys. It needs "
        "crm.objects.contacts.read, crm.schemas.contacts.read and, for lists, crm.lists.read. "
        "Variable: SENDERSYNC_HUBSPOT_TOKEN."
    )


class SalesforceCredentials(Credentials):
    """A connected app of a Salesforce organisation."""

    _block_type_name = "sendersync Salesforce"
    _block_type_slug = "sendersync-salesforce"
    _description = f"Reads contacts or leads of a Salesforce organisation. {_WHEN}"
    _code_example = _example("salesforce")
    kind: ClassVar[str] = "salesforce"

    login_url: str = Field(
        description="The address of My Domain, such as https://example.my.salesforce.com. "
        "Variable: SENDERSYNC_SALESFORCE_LOGIN_URL."
    )
    client_id: SecretStr = Field(
        description="The consumer key of the connected app. Variable: "
        "SENDERSYNC_SALESFORCE_CLIENT_ID."
    )
    client_secret: SecretStr = Field(
        default=SecretStr(""),
        description="Its consumer secret; with a refresh token only where the app asks for it. "
        "Variable: SENDERSYNC_SALESFORCE_CLIENT_SECRET.",
    )
    refresh_token: SecretStr = Field(
        default=SecretStr(""),
        description="A refresh token, where the app does not use client credentials. Variable: "
        "SENDERSYNC_SALESFORCE_REFRESH_TOKEN.",
    )


class OdooCredentials(Credentials):
    """A login of an Odoo database."""

    _block_type_name = "sendersync Odoo"
    _block_type_slug = "sendersync-odoo"
    _description = f"Reads partners of an Odoo database. {_WHEN}"
    _code_example = _example("odoo")
    kind: ClassVar[str] = "odoo"

    url: str = Field(
        description="The address of Odoo, such as https://example.odoo.com. Variable: "
        "SENDERSYNC_ODOO_URL."
    )
    db: str = Field(description="The name of the database. Variable: SENDERSYNC_ODOO_DB.")
    login: SecretStr = Field(
        description="The login of the user that reads. Variable: SENDERSYNC_ODOO_LOGIN."
    )
    api_key: SecretStr = Field(
        description="An API key of that user: Preferences > Account Security. Variable: "
        "SENDERSYNC_ODOO_API_KEY."
    )


BLOCKS: Final[tuple[type[Credentials], ...]] = (
    SmsPlatformCredentials,
    HubspotCredentials,
    SalesforceCredentials,
    OdooCredentials,
)
"""Every block there is; `sendersync serve` registers them."""
