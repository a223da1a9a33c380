"""Opens the sources that are CRMs: what the sync file says, and credentials of the environment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final

from connectors.configuration.crm_environment import (
    any_set,
    hubspot_settings,
    odoo_settings,
    salesforce_settings,
)
from connectors.http_client.backoff import Backoff
from connectors.sources.hubspot.api_version import end_notice
from connectors.sources.hubspot.contacts import HubspotContacts
from connectors.sources.hubspot.settings import TOKEN_VARIABLE
from connectors.sources.odoo.partners import OdooPartners
from connectors.sources.odoo.settings import VARIABLES
from connectors.sources.reachable import Reachable
from connectors.sources.salesforce.records import SalesforceRecords
from connectors.sources.salesforce.settings import VARIABLES as SALESFORCE_VARIABLES
from connectors.sources.source import IncrementalSource
from schemas.source_specs import HubspotSource, OdooSource, SalesforceSource
from schemas.sync_file import SyncFile

BRIEF: Final = Backoff(attempts=2)
"""Of `doctor`, before which somebody sits: a read at night waits half a minute, they do not."""


def open_crm(
    sync: SyncFile,
    spec: HubspotSource | OdooSource | SalesforceSource,
    given: Mapping[str, str] | None = None,
) -> IncrementalSource:
    """The source of a sync that reads a CRM; nothing is asked yet.

    Args:
        sync: Says which columns are mapped.
        spec: Its `source`.
        given: Variables with the credentials; default: the environment's.

    Raises:
        WrongUse: Its credentials are not set.
    """
    mapped = sync.columns.sources()
    if isinstance(spec, HubspotSource):
        return HubspotContacts(hubspot_settings(given), mapped, list_name=spec.list or "")
    if isinstance(spec, SalesforceSource):
        return SalesforceRecords(salesforce_settings(given), mapped, spec.object, spec.where or "")
    return OdooPartners(
        odoo_settings(given),
        mapped,
        domain=tuple(spec.domain),
        phones=sync.columns.phone,
    )


def notices(given: Mapping[str, str], today: date) -> Iterator[tuple[str, str, str]]:
    """What is about to end at a CRM that is set up: name, sentence, and what to do.

    Args:
        given: Our variables that have a value.
        today: The day on which it is asked.
    """
    says, do = end_notice(today)
    if says and any_set([TOKEN_VARIABLE], given):
        yield "hubspot-api", says, do


def configured(given: Mapping[str, str]) -> Iterator[tuple[str, Callable[[], Reachable]]]:
    """The CRMs that somebody began to set up: name, and how to open one to be checked.

    Args:
        given: Our variables that have a value.
    """
    if any_set([TOKEN_VARIABLE], given):
        yield "hubspot", lambda: HubspotContacts(hubspot_settings(given), (), backoff=BRIEF)
    if any_set([*VARIABLES], given):
        yield "odoo", lambda: OdooPartners(odoo_settings(given), (), backoff=BRIEF)
    if any_set([*SALESFORCE_VARIABLES], given):
        yield (
            "salesforce",
            lambda: SalesforceRecords(salesforce_settings(given), (), backoff=BRIEF),
        )
