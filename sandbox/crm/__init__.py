"""Local stand-ins of the three HTTP CRMs, for tests: HubSpot, Salesforce, Odoo.

Each is a process of its own (``python -m sandbox.crm --crm hubspot --port 0 --announce``),
written from the vendor's public reference; the pages are listed in each package. They
import nothing of ours, and hold invented people only. ``README.md`` says what is
documented, what is only seen in examples, and what is inferred.

Map:
    serve.py     options in, listening process out
    front.py     calls, faults, latency; before every CRM
    control.py   ``/sandbox/...``: state, records, setup, reset
    crm.py       the shape of a CRM; what ``POST /sandbox/setup`` does
    records.py   the records of one kind
    people.py    the invented people
    hubspot/     CRM objects, search, lists, properties
    salesforce/  OAuth, SOQL queries, Bulk API 2.0 query jobs
    odoo/        JSON-RPC and XML-RPC on res.partner
"""
