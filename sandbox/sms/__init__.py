"""The REST SMS API of the platform (WhatCounts Professional), as its public pages tell it.

Pages, all below https://support.whatcounts.com/wcsupport2/ (older copies of the same
texts: https://support.whatcounts.com/hc/en-us/articles/...):

* api-rest-add-sms-contact-to-sender-code  (hc: 360000392486)
* api-rest-add-phone-to-sender-code        (hc: 360000393143)
* stop-sending-sms-to-contact              (hc: 360000396603)
* api-rest-create-sms-message              (hc: 360000391546)
* Get SMS Messages                         (hc: 360000393023)
* api-rest-send-message-to-phone           (hc: 360000395786)
* api-rest-send-message-to-sender-code     (hc: 360000395943)
* the older HTTP twins, where the REST page is silent: add-sms-contact-to-sender-code,
  add-phone-to-sender-code, api-http-stop-sending-sms-to-contact, create-sms-message

Three words mark where a behaviour comes from, here and in ``sandbox/README.md``:
*doc* (stated on a page), *example* (seen only in a printed example), *inferred* (no page
says so; a careful guess, and a switch wherever the guess could matter).

Map:
    switches.py   every doubtful behaviour, with its default
    realm.py      what one account holds: codes, groups, subscriptions, opt-outs, messages
    saved.py      the same, kept in a SQLite file
    answers.py    bodies: successes, errors, dates, phones
    subscribing.py, messaging.py   the seven commands
    paths.py      from a raw path to a command and its arguments
    faults.py     misbehaviour on demand
    calls.py      what was asked and answered, in order
    connection.py the one piece that touches uvicorn: lets a fault cut the line
    platform.py   the ASGI application behind ``/rest``
"""
