"""A stand-in of Odoo's external API, as far as reading ``res.partner`` goes.

Public pages it was written from, looked up in November 2026:

* https://www.odoo.com/documentation/18.0/developer/reference/external_api.html: services
  common and object, ``execute_kw``, search, search_count, read, fields_get, search_read
* https://www.odoo.com/documentation/18.0/developer/howtos/web_services.html: the same by
  ``/jsonrpc``
* https://www.odoo.com/documentation/18.0/developer/reference/backend/orm.html: search domains,
  ``active_test``, automatic fields
* times are stored with microseconds and shown without (until 18.4 compared with them, too):
  https://github.com/odoo/odoo/pull/203626 and https://github.com/odoo/odoo/issues/24102
* error bodies as quoted in https://github.com/yezyilomo/odoo-rest-api/issues/50; API keys as
  passwords: https://github.com/OCA/odoorpc/issues/64
* ``mobile`` is gone since 18.2 (19.0): https://github.com/odoo/odoo/pull/189739
* Odoo 19 has another API besides (``/json/2``), which is not here:
  https://www.odoo.com/documentation/19.0/developer/reference/external_api.html

Map:
    odoo.py      routes, logins, the methods of models
    partners.py  the fields of res.partner, and how records are read
    domain.py    search domains
    rpc.py       JSON-RPC and XML-RPC, with their errors
"""
