"""The sandbox answers as the vendor's pages say: each command, each documented error."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

import httpx
import pytest

from tests.builders.sync_files import CODE
from tests.stand_ins.sandbox_process import SandboxProcess

PHONE = "12065550101"
DATE = re.compile(r"[A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d\d:\d\d [AP]M")


def error_of(answer: httpx.Response, status: int = 500) -> str:
    """The error text, after checking that the body is the vendor's error object."""
    body = answer.json()
    assert answer.status_code == status
    assert list(body) == ["error", "status", "statusCode"]
    assert (body["status"], body["statusCode"]) == (HTTPStatus(status).phrase, status)
    return str(body["error"])


def add(rest: httpx.Client, phone: str = PHONE, code: str = CODE, **query: str) -> httpx.Response:
    """Adds a phone."""
    return rest.post(f"/rest/sms/addPhoneToSenderCode/{phone}/{code}", params=query)


def stop(rest: httpx.Client, phone: str = PHONE, code: str = CODE) -> httpx.Response:
    """Stops a phone."""
    return rest.post(f"/rest/sms/stopSubscriberSend/{phone}/{code}")


def dates_are_dates(body: dict[str, Any], *keys: str) -> bool:
    """Whether these read as the vendor prints dates."""
    return all(DATE.fullmatch(body[key]) for key in keys)


class TestCredentials:
    @pytest.mark.parametrize("auth", [None, ("demo", "wrong"), ("wrong", "demo-password")], ids=str)
    def test_wrong_credentials(self, sandbox: SandboxProcess, auth: tuple[str, str] | None) -> None:
        """Without the right realm and password every call is 401 Unauthorized, and does nothing."""
        with sandbox.client(auth=auth) as stranger:
            assert error_of(add(stranger), 401) == "Unauthorized"
            assert error_of(stranger.get("/rest/sms"), 401) == "Unauthorized"
        assert sandbox.state()["counts"]["subscriptions"] == 0

    def test_api_client(self) -> None:
        """When an API client is configured, x-api-key is needed beside Basic."""
        options = {"api_client": "app", "api_client_auth": "s3cret"}
        with SandboxProcess().start(**options) as guarded, guarded.client() as rest:
            assert error_of(rest.get("/rest/sms"), 401) == "Unauthorized"
            key = {"x-api-key": "YXBwOnMzY3JldA=="}
            assert rest.get("/rest/sms", headers=key).json() == []

    def test_own_realm(self) -> None:
        """Realm, password and realm id are options."""
        options = {"realm": "mine", "password": "pä:ss", "realm_id": 77}
        with SandboxProcess().start(**options) as other, other.client() as rest:
            assert add(rest).json()["realmId"] == 77


class TestPaths:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("POST", "/rest/sms/nothing/here"),
            ("POST", "/rest/sms/addPhoneToSenderCode/12065550101"),
            ("POST", f"/rest/sms/addPhoneToSenderCode/12065550101/{CODE}/"),
            ("POST", f"/rest/sms/addphonetosendercode/12065550101/{CODE}"),
            ("POST", f"/rest/sms/addSubscriberToSenderCode/a@example.com/12065550101//{CODE}"),
            ("POST", f"/rest/sms/stopSubcriberSend/12065550101/{CODE}"),
            ("GET", "/rest/contacts"),
            ("GET", "/restless"),
        ],
    )
    def test_unknown(self, rest: httpx.Client, method: str, path: str) -> None:
        """A path no page documents is 404 with a JSON error."""
        assert error_of(rest.request(method, path), 404) == "Not Found"

    def test_wrong_method(self, rest: httpx.Client) -> None:
        """A command asked with the wrong method is refused and does nothing."""
        answer = rest.get(f"/rest/sms/addPhoneToSenderCode/{PHONE}/{CODE}")
        assert error_of(answer, 405) == "Method Not Allowed"

    def test_segments_are_decoded_one_by_one(
        self, sandbox: SandboxProcess, rest: httpx.Client
    ) -> None:
        """%2B is a plus, %20 a space, %2F stays inside its segment, UTF-8 is read."""
        path = f"/rest/sms/addSubscriberToSenderCode/jo%2Bnews%40example.com/{PHONE}/{CODE}/us/"
        assert rest.post(path + "?first=Zo%C3%AB").status_code == 200
        assert rest.post("/rest/sms/createMessage/a%2Fb/50%25%20off%2B%C3%A9").status_code == 200
        state = sandbox.state()
        assert state["subscriptions"][0]["email"] == "jo+news@example.com"
        assert state["subscriptions"][0]["first"] == "Zoë"
        assert (state["messages"][0]["name"], state["messages"][0]["text"]) == ("a/b", "50% off+é")
        assert sandbox.calls()[-1]["segments"] == [
            *("rest", "sms", "createMessage", "a/b", "50% off+é")
        ]

    def test_bare_plus(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """A bare plus is a space, as in the vendor's examples; a switch makes it a plus."""
        rest.post("/rest/sms/createMessage/My+SMS+Message/Welcome+to+SMS")
        sandbox.setup(switches={"plus": "plus"})
        rest.post("/rest/sms/createMessage/My+SMS+Message/Welcome+to+SMS")
        names = [message["name"] for message in rest.get("/rest/sms").json()]
        assert names == ["My SMS Message", "My+SMS+Message"]


class TestAddPhone:
    def test_answer(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """The answer has the documented keys in their order, numbers as ints, and no phone."""
        body = add(rest, "2065550101", "2065551212", groupName="weekly").json()
        assert list(body) == [
            *("id", "realmId", "smsSubscriberId", "smsSenderId", "smsGroupId"),
            *("authenticated", "createdDate", "updatedDate"),
        ]
        assert all(type(body[key]) is int for key in list(body)[:5])
        assert body["realmId"] == 10
        assert body["authenticated"] is False
        assert body["smsGroupId"] != 0
        assert dates_are_dates(body, "createdDate", "updatedDate")
        kept = sandbox.state()["subscriptions"][0]
        assert (kept["phone"], kept["sender_code"], kept["group"]) == (PHONE, CODE, "weekly")

    @pytest.mark.parametrize("query", [{"groupName": "nope"}, {"groupname": "weekly"}, {}])
    def test_group_ignored(
        self, sandbox: SandboxProcess, rest: httpx.Client, query: dict[str, str]
    ) -> None:
        """An undefined group, a misspelt query name: subscribed without a group, silently."""
        assert add(rest, **query).json()["smsGroupId"] == 0
        assert sandbox.state()["subscriptions"][0]["group"] is None

    def test_already(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """A second add, in any spelling, is 500 'An SMS ...' and changes nothing."""
        add(rest, groupName="weekly")
        before = sandbox.state()["subscriptions"]
        for phone in (PHONE, PHONE[1:]):
            text = error_of(add(rest, phone))
            assert text.startswith("An SMS ")
            assert "exist" in text
            assert "subscri" in text
        assert sandbox.state()["subscriptions"] == before

    def test_unknown_sender_code(self, rest: httpx.Client) -> None:
        """An unknown sender code is the documented 500, with the code as it was sent."""
        wanted = "Error getting sender with senderCode 19995551212 realmID: 10"
        assert error_of(add(rest, code="19995551212")) == wanted

    @pytest.mark.parametrize("phone", ["123", "%2B12065550101", "206-555-0101", "1" * 16])
    def test_not_a_phone(self, sandbox: SandboxProcess, rest: httpx.Client, phone: str) -> None:
        """What is not 10 to 15 digits is refused."""
        error_of(add(rest, phone))
        assert sandbox.state()["counts"]["subscriptions"] == 0


class TestAddSmsContact:
    PATH = f"/rest/sms/addSubscriberToSenderCode/jane@example.com/2065550101/{CODE}"

    @pytest.mark.parametrize("tail", ["", "/", "/us", "/us/"])
    def test_answer(self, sandbox: SandboxProcess, rest: httpx.Client, tail: str) -> None:
        """Both path forms work; the answer echoes group and phone, the latter with its 1."""
        query = {"groupName": "weekly", "first": "Jane", "customerKey": "J1"}
        body = rest.post(self.PATH + tail, params=query).json()
        assert list(body) == [
            *("success", "createDate", "updatedDate", "realmId", "smsSubscriberId", "id"),
            *("groupName", "phone"),
        ]
        assert (body["success"], body["groupName"], body["phone"]) == (True, "weekly", PHONE)
        assert dates_are_dates(body, "createDate", "updatedDate")
        kept = sandbox.state()["subscriptions"][0]
        assert (kept["email"], kept["first"]) == ("jane@example.com", "Jane")
        assert (kept["customer_key"], kept["country"]) == ("J1", "us" if "us" in tail else None)

    def test_path_form(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """A switch leaves only the overview's or only the command page's path."""
        for form, tails in {"overview": ("", "/us/"), "command-page": ("/us/", "")}.items():
            sandbox.setup(switches={"path_form": form})
            assert rest.post(self.PATH + tails[0]).status_code == 404
            assert rest.post(self.PATH + tails[1]).status_code != 404

    def test_misspelt_query(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """Query names are case sensitive; others are ignored and the answer has no group."""
        query = {"groupname": "weekly", "First": "Jane", "customerkey": "J1"}
        assert "groupName" not in rest.post(self.PATH, params=query).json()
        kept = sandbox.state()["subscriptions"][0]
        assert (kept["group"], kept["first"], kept["customer_key"]) == (None, None, None)

    def test_contact_must_exist(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """With strict e-mails only contacts that were set up can be added."""
        sandbox.setup(any_email=False, email_contacts=["jane@example.com"])
        other = self.PATH.replace("jane", "other")
        assert "other@example.com" in error_of(rest.post(other))
        assert rest.post(self.PATH.replace("jane", "Jane")).status_code == 200

    def test_customer_key_realm(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """In a realm with customer keys, an add without one is refused."""
        sandbox.setup(switches={"customer_key_realm": True})
        error_of(rest.post(self.PATH))
        assert rest.post(self.PATH, params={"customerKey": "J1"}).status_code == 200

    def test_already_through_other_command(self, rest: httpx.Client) -> None:
        """A phone added without e-mail is already there when it is added with one."""
        add(rest)
        assert error_of(rest.post(self.PATH)).startswith("An SMS ")


class TestStop:
    def test_answer(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """A stop unsubscribes, records an opt-out, and answers with the phone and its 1."""
        added = add(rest).json()
        body = stop(rest, PHONE[1:]).json()
        assert list(body) == [
            *("id", "smsSubscriberId", "smsSenderId", "realmId", "campaignId", "phone"),
            *("createdDate", "updatedDate"),
        ]
        assert body["smsSubscriberId"] == added["smsSubscriberId"]
        assert (body["phone"], body["campaignId"]) == (PHONE, 0)
        state = sandbox.state()
        assert state["subscriptions"] == []
        assert [(o["phone"], o["sender_code"]) for o in state["opt_outs"]] == [(PHONE, CODE)]

    def test_not_subscribed(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """A stop of a phone that is not on the code is the documented 500, the second too."""
        wanted = f"An error occurred processing STOP sends for phone [{PHONE}] realmId [10]"
        assert error_of(stop(rest, PHONE[1:])) == wanted
        assert sandbox.state()["opt_outs"] == []
        add(rest)
        assert stop(rest).status_code == 200
        assert error_of(stop(rest)) == wanted

    @pytest.mark.parametrize(
        ("how", "status", "opt_outs"),
        [("error", 500, 0), ("error-and-opt-out", 500, 1), ("opt-out", 200, 1)],
    )
    def test_switch(
        self, sandbox: SandboxProcess, rest: httpx.Client, how: str, status: int, opt_outs: int
    ) -> None:
        """A switch says what a stop of an unknown phone does."""
        sandbox.setup(switches={"stop_unknown": how})
        assert stop(rest).status_code == status
        assert len(sandbox.state()["opt_outs"]) == opt_outs

    @pytest.mark.parametrize(
        ("how", "status", "opt_outs"), [("accept", 200, 1), ("refuse", 500, 1), ("clear", 200, 0)]
    )
    def test_add_after_stop(
        self, sandbox: SandboxProcess, rest: httpx.Client, how: str, status: int, opt_outs: int
    ) -> None:
        """By default an add after a stop is accepted while the opt-out stands; a switch differs."""
        if how != "accept":
            sandbox.setup(switches={"after_stop": how})
        sandbox.setup(opt_outs=[{"phone": PHONE, "sender_code": CODE}])
        assert add(rest).status_code == status
        assert len(sandbox.state()["opt_outs"]) == opt_outs

    def test_other_sender_code(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """A stop on one sender code leaves the phone on the others."""
        sandbox.setup(sender_codes=["12065551313"])
        add(rest)
        add(rest, code="12065551313")
        stop(rest)
        assert [s["sender_code"] for s in sandbox.state()["subscriptions"]] == ["12065551313"]
