"""Exports of well-known systems: what each of their columns means for texts."""

from __future__ import annotations

import pytest

from sendersync.transforms.mapping.suggest import suggest
from tests.builders.frames import rows_of

PHONES = ["+1 206 555 0101", "+1 206 555 0102", "+1 206 555 0103"]
Y, N = ["yes", "no", "yes"], ["no", "no", "no"]
TF = ["TRUE", "FALSE", "TRUE"]
SUBSCRIBED = ["SUBSCRIBED", "UNSUBSCRIBED", "NEVER_SUBSCRIBED"]

Export = tuple[str, str, dict[str, list[str]], dict[str, str], tuple[str, ...]]
EXPORTS: list[Export] = [
    # name, phone column, columns that may speak of permission, what is suggested, what is asked
    (
        "Klaviyo",
        "Phone Number",
        {"Email Marketing Consent": SUBSCRIBED, "SMS Marketing Consent": SUBSCRIBED},
        {"consent": "SMS Marketing Consent"},
        (),
    ),
    (
        "HubSpot",
        "Mobile Phone Number",
        {
            "Unsubscribed from all email": TF,
            "Marketing contact status": ["Marketing contact", "Non-marketing contact", ""],
        },
        {},
        (),
    ),
    (
        "HubSpot SMS",
        "Phone Number",
        {"Opted out of email: Newsletter": TF, "SMS opt out": TF},
        {"opted_out": "SMS opt out"},
        (),
    ),
    (
        "Mailchimp",
        "Phone Number",
        {
            "MEMBER_RATING": ["2", "3", "5"],
            "OPTIN_TIME": ["2026-01-02", "2026-01-03", ""],
            "TAGS": ["vip", "", "new"],
        },
        {},
        (),
    ),
    (
        "Mailchimp unsubscribed",
        "Phone Number",
        {"UNSUB_TIME": ["2026-01-02"] * 3, "UNSUB_REASON": ["N/A", "SPAM", ""]},
        {},
        ("UNSUB_TIME", "UNSUB_REASON"),
    ),
    (
        "Mailchimp SMS",
        "SMS Phone Number",
        {"SMS Marketing Status": ["subscribed", "unsubscribed", "not subscribed"]},
        {"consent": "SMS Marketing Status"},
        (),
    ),
    (
        "Shopify",
        "Phone",
        {
            "Accepts Email Marketing": ["yes", "no", "yes"],
            "Accepts SMS Marketing": Y,
            "Tags": ["", "vip", ""],
        },
        {"consent": "Accepts SMS Marketing"},
        (),
    ),
    (
        "Wix",
        "Phone 1",
        {
            "Email subscriber status": ["Subscribed"] * 3,
            "SMS subscriber status": ["Subscribed", "Never subscribed", "Unsubscribed"],
        },
        {"consent": "SMS subscriber status"},
        (),
    ),
    (
        "Eventbrite",
        "Cell Phone",
        {"Attendee Status": ["Attending", "Refunded", "Attending"], "Group": ["A", "B", "A"]},
        {},
        (),
    ),
    (
        "Eventbrite question",
        "Cell Phone",
        {"May we text you updates?": ["Yes", "No", "Yes"]},
        {"consent": "May we text you updates?"},
        (),
    ),
    (
        "Pipedrive",
        "Person - Phone - Mobile",
        {"Person - Marketing status": ["subscribed", "unsubscribed", "no_consent"]},
        {},
        ("Person - Marketing status",),
    ),
    (
        "Meta leads",
        "phone_number",
        {"is_organic": ["false"] * 3, "lead_status": ["CREATED"] * 3},
        {},
        (),
    ),
    (
        "Brevo",
        "SMS",
        {"EMAIL_BLACKLISTED": TF, "SMS_BLACKLISTED": TF},
        {"opted_out": "SMS_BLACKLISTED"},
        (),
    ),
    ("ActiveCampaign", "Phone", {"Status": ["Active", "Unsubscribed", "Bounced"]}, {}, ("Status",)),
    ("ActiveCampaign SMS", "Phone", {"SMS Opt-in": Y}, {"consent": "SMS Opt-in"}, ()),
    (
        "Salesforce",
        "MobilePhone",
        {"HasOptedOutOfEmail": TF, "HasOptedOutOfFax": TF, "DoNotCall": TF},
        {},
        ("DoNotCall",),
    ),
    (
        "Salesforce custom",
        "Mobile",
        {"SMS_Opt_Out__c": TF, "Email Opt Out": TF},
        {"opted_out": "SMS_Opt_Out__c"},
        (),
    ),
    (
        "Odoo",
        "mobile",
        {"is_blacklisted": TF, "mobile_blacklisted": TF},
        {"opted_out": "mobile_blacklisted"},
        (),
    ),
    (
        "Odoo phone",
        "phone",
        {"phone_blacklisted": TF, "is_blacklisted": TF},
        {"opted_out": "phone_blacklisted"},
        (),
    ),
    (
        "Action Network",
        "can2_phone",
        {
            "can2_subscription_status": ["subscribed", "unsubscribed", "subscribed"],
            "can2_sms_status": ["subscribed", "unsubscribed", "subscribed"],
        },
        {"consent": "can2_sms_status"},
        (),
    ),
    (
        "Google Contacts",
        "Phone 1 - Value",
        {"Labels": ["* myContacts", "", ""], "Notes": ["", "", ""]},
        {},
        (),
    ),
    ("Google notes", "Phone 1 - Value", {"Notes": ["", "do not text", ""]}, {}, ("Notes",)),
    (
        "Square",
        "Phone Number",
        {
            "Email Subscription Status": ["subscribed", "unsubscribed", ""],
            "Blocked": ["", "Yes", ""],
        },
        {},
        ("Blocked",),
    ),
    ("WooCommerce", "Phone (Billing)", {"Paying customer": ["1", "0", "1"]}, {}, ()),
    (
        "CiviCRM",
        "phone",
        {
            "do_not_email": ["0", "1", "0"],
            "do_not_sms": ["0", "0", "1"],
            "is_opt_out": ["0", "1", "0"],
        },
        {"opted_out": "do_not_sms"},
        (),
    ),
    ("Twilio", "msisdn", {"opted_out": TF}, {"opted_out": "opted_out"}, ()),
    (
        "Attentive",
        "phone",
        {"sms_opt_in": TF, "sms_opt_in_date": ["2026-01-02", "", "2026-01-03"]},
        {"consent": "sms_opt_in"},
        (),
    ),
    (
        "Postscript",
        "Phone",
        {"SMS Subscription Status": ["subscribed", "unsubscribed", "pending"]},
        {"consent": "SMS Subscription Status"},
        (),
    ),
    (
        "Omnisend",
        "Phone number",
        {
            "SMS Status": ["subscribed", "nonSubscribed", "unsubscribed"],
            "Email Status": ["subscribed"] * 3,
        },
        {"consent": "SMS Status"},
        (),
    ),
    ("Zoho", "Mobile", {"Email Opt Out": TF, "SMS Opt Out": TF}, {"opted_out": "SMS Opt Out"}, ()),
    (
        "Dynamics",
        "Mobile Phone",
        {
            "(Do Not Modify) Contact": ["a", "b", "c"],
            "Do not allow Emails": ["Allow", "Do Not Allow", "Allow"],
        },
        {},
        (),
    ),
    (
        "Keap",
        "Phone 1",
        {"SMS Status": ["Opted In", "Opted Out", "Opted In"]},
        {"consent": "SMS Status"},
        (),
    ),
    ("SimpleTexting", "Phone", {"Opted Out": ["", "Yes", ""]}, {"opted_out": "Opted Out"}, ()),
    (
        "EZ Texting",
        "Phone Number",
        {"Opted Out": TF, "Opt In Date": ["2026-01-02"] * 3},
        {"opted_out": "Opted Out"},
        (),
    ),
    (
        "NationBuilder",
        "mobile_number",
        {"mobile_opt_in": TF, "email_opt_in": TF, "do_not_contact": ["false", "true", "false"]},
        {"consent": "mobile_opt_in", "opted_out": "do_not_contact"},
        (),
    ),
    ("EveryAction", "Cell Phone", {"DoNotText": ["", "1", ""]}, {"opted_out": "DoNotText"}, ()),
    (
        "Mindbody",
        "Mobile Phone",
        {"Opt-in to marketing texts": Y, "Opt-in to emails": Y},
        {"consent": "Opt-in to marketing texts"},
        (),
    ),
    ("Vagaro", "Cell", {"Text Notifications": ["On", "Off", "On"]}, {}, ("Text Notifications",)),
    ("Toast", "Phone", {"Marketing opt-in": Y}, {}, ("Marketing opt-in",)),
    ("Lightspeed", "Mobile", {"Do not email": TF, "Newsletter": Y}, {}, ("Newsletter",)),
    (
        "Bigcommerce",
        "Customer Phone",
        {"Accepts marketing": Y, "Active": TF},
        {},
        ("Accepts marketing", "Active"),
    ),
    (
        "Intercom",
        "Phone",
        {"Unsubscribed from Emails": TF, "Unsubscribed from SMS": TF},
        {"opted_out": "Unsubscribed from SMS"},
        (),
    ),
]


@pytest.mark.parametrize("export", EXPORTS, ids=lambda each: each[0])
def test_an_export_means_what_its_system_says(export: Export) -> None:
    """What names texts is suggested, what may speak of them is asked, other channels are neither."""
    _, phone, columns, suggested, asked = export
    rows = rows_of(**{phone: PHONES}).rename(columns=lambda _: phone)
    for header, cells in columns.items():
        rows[header] = cells
    found = suggest(list(rows.columns), rows.astype("str"))
    permissions = {f: c for f, c in found.columns.items() if f in ("opted_out", "consent")}
    assert found.columns["phone"] == phone
    assert permissions == suggested
    assert {each for several in found.undecided.values() for each in several} == set(asked)


def test_forty_systems_are_known() -> None:
    """The table does not shrink."""
    assert len(EXPORTS) >= 40
