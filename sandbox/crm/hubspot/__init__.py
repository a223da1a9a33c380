"""A stand-in of HubSpot's CRM API v3, as far as reading contacts goes.

Public pages it was written from, looked up in November 2026:

* objects: https://developers.hubspot.com/docs/api-reference/legacy/crm/objects/contacts
  and the OpenAPI models shipped in ``hubspot-api-client`` 12.0.0
* search: https://developers.hubspot.com/docs/api-reference/2026-03/crm/search-the-crm and
  https://developers.hubspot.com/docs/api/crm/search; 200 a page since
  https://developers.hubspot.com/changelog/increasing-our-api-limits; five filter groups since
  https://developers.hubspot.com/changelog/breaking-change-expanded-filtering-capabilities-and-error-messaging-in-hubspots-search-api
* memberships of lists:
  https://developers.hubspot.com/docs/api-reference/legacy/crm/lists/memberships/get-memberships-by-id
* merging: https://developers.hubspot.com/docs/api-reference/legacy/crm/objects/contacts/merge-contacts;
  a new id since
  https://developers.hubspot.com/changelog/updated-merge-functionality-for-contacts-and-companies
* errors: https://developers.hubspot.com/docs/api-reference/error-handling; bodies as quoted in
  https://github.com/HubSpot/hubspot-api-python/issues/132 and
  https://github.com/HGData/mk-node-hubspot/issues/89
* rate limits: https://developers.hubspot.com/docs/guides/apps/api-usage/usage-details and
  https://developers.hubspot.com/changelog/2018-11-06-rate-limit-information-headers-will-be-included-in-http-responses

Map:
    hubspot.py   routes, token, scopes, rate limits
    contacts.py  the contacts, their merges, and the search index that lags behind
    search.py    filters, sorts, and the edge at 10,000
    lists.py     lists and their members
    properties.py  the properties there are
    errors.py    error bodies
"""
