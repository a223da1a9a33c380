"""A local stand-in of the SMS platform's REST SMS API, for tests and the demo.

It is a separate process (``python -m sandbox --port 8025``) and imports nothing of
ours: a stand-in built on our own models would agree with our mistakes. Everything it
answers is taken from the vendor's public pages, which ``sandbox/sms/__init__.py`` lists;
what those pages leave open is a switch (``python -m sandbox --help``).

Map:
    serve.py     options in, listening process out
    options.py   the command line
    control.py   ``/sandbox/...``: state, calls, faults, setup, reset
    setup.py     puts things into a realm, for tests and demos
    faults.py calls.py connection.py listening.py watching.py  shared by all stand-ins
    page.html    what a person sees at ``/``
    sms/         the platform itself, ``/rest/...``
    crm/         stand-ins of three CRMs: ``python -m sandbox.crm --crm hubspot --port 0``
"""
