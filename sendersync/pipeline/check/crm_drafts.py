"""Sync files for a CRM or a database, as a person begins them: what only they know says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from schemas.sync_file import COLUMN_PLACEHOLDER, SENDER_CODE_PLACEHOLDER


@dataclass(frozen=True)
class CrmDraft:
    """What is known of a kind of source before it is asked.

    Attributes:
        source: The lines under `source:`.
        columns: Contact field to the CRM's field, as its own account has it from the start.
        opt_out: What a person looks for, to name the field of who must not be texted.
        variables: Name of a variable to what it holds.
        manual: The page about it.
    """

    source: tuple[str, ...]
    columns: dict[str, str]
    opt_out: str
    variables: dict[str, str]
    manual: str


DRAFTS: Final = {
    "hubspot": CrmDraft(
        (
            "kind: hubspot",
            '# list: "123"             # id or name of a list; without it, every contact',
            "mode: incremental         # what changed; everything every 7 days",
        ),
        {
            "key": "id",
            "phone": "mobilephone",
            "email": "email",
            "country": "country",
            "first_name": "firstname",
        },
        "your own opt-out property, by its internal name; hs_email_optout is about e-mail",
        {"SENDERSYNC_HUBSPOT_TOKEN": "a service key with the scopes of the page"},
        "docs/how-to/hubspot.md",
    ),
    "salesforce": CrmDraft(
        (
            "kind: salesforce",
            "object: Contact           # or Lead",
            "# where: MailingCountry = 'United States'   # a condition of SOQL",
            "mode: incremental         # what changed; everything every 7 days",
        ),
        {
            "key": "Id",
            "phone": "MobilePhone",
            "email": "Email",
            "country": "MailingCountry",
            "first_name": "FirstName",
        },
        "your own field, such as SMS_Opt_Out__c; HasOptedOutOfEmail is about e-mail",
        {
            "SENDERSYNC_SALESFORCE_LOGIN_URL": "https://example.my.salesforce.com",
            "SENDERSYNC_SALESFORCE_CLIENT_ID": "of the external client app",
            "SENDERSYNC_SALESFORCE_CLIENT_SECRET": "of the same",
        },
        "docs/how-to/salesforce.md",
    ),
    "odoo": CrmDraft(
        (
            "kind: odoo",
            '# domain: [["is_company", "=", false]]   # which partners; else all',
            "mode: incremental         # what changed; everything every 7 days",
        ),
        {
            "key": "id",
            "phone": "phone_sanitized",
            "email": "email",
            "country": "country_id",
            "first_name": "name",
        },
        "phone_sanitized_blacklisted, where one of the apps that send texts is installed",
        {
            "SENDERSYNC_ODOO_URL": "https://example.odoo.com",
            "SENDERSYNC_ODOO_DB": "the database's name",
            "SENDERSYNC_ODOO_LOGIN": "the user who may read contacts",
            "SENDERSYNC_ODOO_API_KEY": "that user's key",
        },
        "docs/how-to/odoo.md",
    ),
    "sql": CrmDraft(
        (
            "kind: sql",
            "url_env: CRM_DATABASE_URL # the variable that holds the database's address",
            "table: sms_contacts       # or `query:`",
        ),
        {"key": "id", "phone": "mobile"},
        "the column that says it",
        {"CRM_DATABASE_URL": "postgresql://reader@host/database"},
        "docs/how-to/sql.md",
    ),
}
"""Kind of source to what a draft of its sync file says."""


def crm_draft(kind: str, sync: str) -> str:
    """The text of a sync file for a CRM: every command refuses it until it is filled in.

    Args:
        kind: A key of `DRAFTS`.
        sync: The sync's name.
    """
    facts = DRAFTS[kind]
    width = max(map(len, facts.columns))
    return "\n".join(
        [
            "# Left to do:",
            f"#   1. the variables in .env: {facts.manual} says where to get them;",
            "#   2. the fields below, as your account names them; DECIDE and FILL_IN;",
            f"#   3. see what would happen, which calls nobody: sendersync plan {sync}.yaml",
            "# Every key is explained in docs/sync-file.md.",
            "",
            f"sync: {sync}   # this sync's permanent name",
            "",
            "source:",
            *(f"  {line}" for line in facts.source),
            "",
            f"columns:   # contact field: field of {kind}",
            *(f"  {f'{field}:':{width + 1}} {name}" for field, name in facts.columns.items()),
            "  # Who must not be texted? " + facts.opt_out + ".",
            "  # Name it here; if nothing says it, delete the line. Until then nothing runs.",
            f"  opted_out: {COLUMN_PLACEHOLDER}",
            "  # consent: ...            # only people with a yes in it are added",
            "",
            f'sender_code: {SENDER_CODE_PLACEHOLDER}   # fill in, in quotes: "12065551212"',
            "# group: weekly             # SMS group of every row; must be defined on the platform",
            '# default_country: "US"     # country of numbers without a country code',
            "",
            "removals: stop              # stop | keep: what happens when somebody has left",
            "",
        ]
    )
