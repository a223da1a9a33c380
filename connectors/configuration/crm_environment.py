"""Addresses and credentials of CRMs, from the environment or `.env`.

| variable | meaning |
| --- | --- |
| `SENDERSYNC_HUBSPOT_TOKEN` | a service key, or the access token of an older private app |
| `SENDERSYNC_HUBSPOT_URL` | another site of HubSpot's API; only for tests |
| `SENDERSYNC_ODOO_URL` | the address of Odoo, e.g. `https://example.odoo.com` |
| `SENDERSYNC_ODOO_DB` | the name of the database |
| `SENDERSYNC_ODOO_LOGIN` | login of the user that reads |
| `SENDERSYNC_ODOO_API_KEY` | an API key of that user |
| `SENDERSYNC_SALESFORCE_LOGIN_URL` | the address of My Domain |
| `SENDERSYNC_SALESFORCE_CLIENT_ID`, `_CLIENT_SECRET` | key and secret of the connected app |
| `SENDERSYNC_SALESFORCE_REFRESH_TOKEN` | only where the app uses no client credentials |

Plain `http://` is refused for any host but this machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import SecretStr

from connectors.configuration.environment import environment
from connectors.sources.hubspot import settings as hubspot
from connectors.sources.odoo import settings as odoo
from connectors.sources.salesforce import settings as salesforce
from connectors.sources.salesforce.answer_table import PAGE
from schemas.errors import WrongUse


def hubspot_settings(given: Mapping[str, str] | None = None) -> hubspot.HubspotSettings:
    """Where HubSpot is, and the token.

    Raises:
        WrongUse: The token is not set, or a value cannot be used.
    """
    values = environment() if given is None else given
    meaning = f"a service key, from {hubspot.TOKEN_PLACE}"
    refuse_unset(values, {hubspot.TOKEN_VARIABLE: meaning}, "docs/how-to/hubspot.md")
    return hubspot.HubspotSettings(
        SecretStr(values[hubspot.TOKEN_VARIABLE].strip()),
        values.get(hubspot.URL_VARIABLE) or hubspot.SITE,
    )


def odoo_settings(given: Mapping[str, str] | None = None) -> odoo.OdooSettings:
    """Where Odoo is, and the login.

    Raises:
        WrongUse: A variable is not set, or a value cannot be used.
    """
    values = environment() if given is None else given
    refuse_unset(values, odoo.VARIABLES, "docs/how-to/odoo.md")
    return odoo.OdooSettings(
        values[odoo.URL],
        values[odoo.DB].strip(),
        SecretStr(values[odoo.LOGIN].strip()),
        SecretStr(values[odoo.API_KEY].strip()),
    )


def salesforce_settings(
    given: Mapping[str, str] | None = None,
) -> salesforce.SalesforceSettings:
    """Where Salesforce is, and the app that reads it.

    Raises:
        WrongUse: A variable is not set, or a value cannot be used.
    """
    values = environment() if given is None else given
    refresh = values.get(salesforce.REFRESH_TOKEN, "").strip()
    spared = {salesforce.REFRESH_TOKEN, *([salesforce.CLIENT_SECRET] if refresh else [])}
    needed = {name: word for name, word in salesforce.VARIABLES.items() if name not in spared}
    refuse_unset(values, needed, PAGE)
    return salesforce.SalesforceSettings(
        values[salesforce.LOGIN_URL],
        SecretStr(values[salesforce.CLIENT_ID].strip()),
        SecretStr(values.get(salesforce.CLIENT_SECRET, "").strip()),
        SecretStr(refresh) if refresh else None,
    )


def any_set(names: Sequence[str], given: Mapping[str, str]) -> bool:
    """Whether somebody began to set a CRM up."""
    return any(given.get(name) for name in names)


def refuse_unset(values: Mapping[str, str], needed: Mapping[str, str], page: str) -> None:
    """Lets pass when all variables are set.

    Args:
        values: What is set.
        needed: Variable to what it means.
        page: The how-to that helps.

    Raises:
        WrongUse: Names those that are missing.
    """
    missing = [name for name in needed if not values.get(name)]
    if missing:
        raise WrongUse(
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set.",
            where="environment",
            do="Set it, or write it into a file named .env in this folder: "
            + "; ".join(f"{name} is {needed[name]}" for name in missing)
            + f". See {page}.",
        )
