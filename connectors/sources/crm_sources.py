"""Opens the sources that are CRMs: what the sync file says, and credentials of the environment."""

from __future__ import annotations

from connectors.crm_environment import hubspot_settings, odoo_settings
from connectors.sources.hubspot import HubspotContacts
from connectors.sources.odoo import OdooPartners
from connectors.sources.source import IncrementalSource
from schemas.source_specs import HubspotSource, OdooSource
from schemas.sync_file import SyncFile


def open_crm(sync: SyncFile, spec: HubspotSource | OdooSource) -> IncrementalSource:
    """The source of a sync that reads a CRM; nothing is asked yet.

    Raises:
        WrongUse: Its credentials are not set.
    """
    mapped = tuple(sync.columns.mapped().values())
    if isinstance(spec, HubspotSource):
        return HubspotContacts(hubspot_settings(), mapped, list_name=spec.list or "")
    return OdooPartners(odoo_settings(), mapped, domain=tuple(spec.domain))
