"""The sandbox's message commands answer as the vendor's pages say."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.builders.sync_files import CODE
from tests.stand_ins.sandbox_process import SandboxProcess

PHONE = "12065550101"


def create(rest: httpx.Client, name: str, text: str, **query: str) -> httpx.Response:
    """Creates a message."""
    return rest.post(f"/rest/sms/createMessage/{name}/{text}", params=query)


def send_to_phone(rest: httpx.Client, text: str = "Hello", code: str = CODE) -> httpx.Response:
    """Sends a text to the one phone."""
    return rest.post(f"/rest/sms/sendMessageToPhone/{text}/{PHONE[1:]}/{code}")


class TestCreateMessage:
    def test_answer(self, rest: httpx.Client) -> None:
        """The answer is the message, with defined labels and its number of parts."""
        body = create(rest, "Welcome", "Welcome%20to%20SMS", label="welcome,sms").json()
        assert list(body) == [
            *("id", "realmId", "totalParts", "name", "messageText", "label"),
            *("createdDate", "updatedDate"),
        ]
        assert (body["name"], body["messageText"]) == ("Welcome", "Welcome to SMS")
        assert (body["totalParts"], body["label"]) == (1, "welcome,sms")
        assert rest.get("/rest/sms").json() == [body]

    def test_undefined_label(self, rest: httpx.Client) -> None:
        """An undefined label answers 500, and the message exists all the same, without label."""
        answer = create(rest, "Welcome", "Hi", label="welcome,nope")
        assert answer.status_code == 500
        assert answer.json()["error"] == "Error label name not found"
        (kept,) = rest.get("/rest/sms").json()
        assert kept["name"] == "Welcome"
        assert "label" not in kept

    @pytest.mark.parametrize(("name", "text"), [("%20", "Hi"), ("Name", "%20"), ("", "Hi")])
    def test_blank(self, rest: httpx.Client, name: str, text: str) -> None:
        """A blank name or text is the documented 500."""
        assert create(rest, name, text).json()["error"].startswith("Message could not be save")
        assert rest.get("/rest/sms").json() == []

    def test_taken(self, rest: httpx.Client) -> None:
        """A name that is taken is the documented 500, and the first message stays."""
        create(rest, "Welcome", "One")
        answer = create(rest, "Welcome", "Two")
        assert answer.status_code == 500
        assert answer.json()["error"].startswith("Message could not be save")
        assert [m["messageText"] for m in rest.get("/rest/sms").json()] == ["One"]

    @pytest.mark.parametrize("how", ["body", "query", "segments"])
    def test_overview_form(self, rest: httpx.Client, how: str) -> None:
        """POST /rest/create_message works too: fields in a body, the query or segments."""
        fields = {"name": "Welcome", "messageText": "Hi"}
        if how == "body":
            answer = rest.post("/rest/create_message", json={**fields, "label": "sms"})
        elif how == "query":
            answer = rest.post("/rest/create_message", params={**fields, "label": "sms"})
        else:
            answer = rest.post("/rest/create_message/Welcome/Hi?label=sms")
        body = answer.json()
        assert (body["name"], body["messageText"], body["label"]) == ("Welcome", "Hi", "sms")

    def test_long(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """A text of more than 160 characters has parts; a switch refuses it."""
        assert create(rest, "A", "x" * 160).json()["totalParts"] == 1
        assert create(rest, "B", "x" * 161).json()["totalParts"] == 2
        sandbox.setup(switches={"long_message": "refuse"})
        assert "160 characters" in create(rest, "C", "x" * 161).json()["error"]


class TestGetMessages:
    def test_paging(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """500 messages a page, further ones with skip, nothing beyond the end."""
        sandbox.setup(messages=[{"name": f"m{n}", "text": "Hi"} for n in range(1001)])
        pages = [rest.get("/rest/sms", params={"skip": n}).json() for n in (0, 500, 1000, 1500)]
        assert [len(page) for page in pages] == [500, 500, 1, 0]
        assert [m["name"] for page in pages for m in page] == [f"m{n}" for n in range(1001)]
        assert rest.get("/rest/sms").json() == rest.get("/rest/sms?Skip=500").json() == pages[0]


class TestSendToPhone:
    def test_answer(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """A list of one; the phone need not be subscribed."""
        (item,) = send_to_phone(rest, "One+time+message").json()
        assert list(item) == [
            *("success", "createDate", "updatedDate", "partSent", "realmId", "smsSenderId"),
            *("totalParts", "messageId", "phone", "status"),
        ]
        assert (item["success"], item["partSent"], item["totalParts"]) == (True, 1, 1)
        assert (item["phone"], item["status"]) == (PHONE, "0")
        (send,) = sandbox.state()["sends"]
        assert (send["text"], send["reached"]) == ("One time message", [PHONE])

    def test_unknown_sender_code(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """An unknown sender code is the documented 500 and sends nothing."""
        answer = send_to_phone(rest, code="1")
        assert answer.json() == {
            "error": "Error getting sender with senderCode 1 realmID: 10",
            "status": "Internal Server Error",
            "statusCode": 500,
        }
        assert sandbox.state()["sends"] == []

    def test_parts(self, rest: httpx.Client) -> None:
        """A long text is one item for each part."""
        items = send_to_phone(rest, "x" * 400).json()
        assert [(item["partSent"], item["totalParts"]) for item in items] == [
            (1, 3),
            (2, 3),
            (3, 3),
        ]
        assert len({item["messageId"] for item in items}) == 3

    @pytest.mark.parametrize("how", ["success-false", "error", "empty"])
    def test_opted_out(self, sandbox: SandboxProcess, rest: httpx.Client, how: str) -> None:
        """An opted-out phone gets nothing, whatever the answer looks like."""
        sandbox.setup(
            opt_outs=[{"phone": PHONE, "sender_code": CODE}],
            switches={"send_to_opted_out": how},
        )
        answer = send_to_phone(rest)
        assert answer.status_code == (500 if how == "error" else 200)
        if how == "success-false":
            assert answer.json()[0]["success"] is False
        assert sandbox.state()["sends"][0]["reached"] == []


class TestSendToSenderCode:
    @pytest.fixture
    def audience(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """Three subscribers, one of them in a group, one opted out."""
        phones = [f"1206555010{n}" for n in range(3)]
        for phone, group in zip(phones, ["weekly", "", ""], strict=True):
            rest.post(f"/rest/sms/addPhoneToSenderCode/{phone}/{CODE}?groupName={group}")
        sandbox.setup(opt_outs=[{"phone": phones[2], "sender_code": CODE}])
        rest.post(f"/rest/sms/addPhoneToSenderCode/{phones[2]}/{CODE}")
        create(rest, "Welcome", "Hi")

    def send(self, rest: httpx.Client, **query: str) -> httpx.Response:
        """Sends the message to the sender code."""
        path = f"/rest/sms/sendMessageToSenderCode/Welcome/{CODE}/Launch%20day"
        return rest.post(path, params=query)

    @pytest.mark.usefixtures("audience")
    def test_answer(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """Submitted, with the documented keys; it reaches the group's phones only."""
        body = self.send(rest, groupName="weekly", description="daily").json()
        assert list(body) == [
            *("id", "realmId", "smsMessageId", "smsSenderId", "smsGroupId"),
            *("smsSubscriberCount", "campaignId", "lcCampaignId", "lcActionId", "name"),
            *("description", "status", "createdDate", "updatedDate"),
        ]
        assert (body["name"], body["description"]) == ("Launch day", "daily")
        assert (body["status"], body["smsSubscriberCount"]) == ("submitted", 0)
        assert sandbox.state()["sends"][0]["reached"] == ["12065550100"]

    @pytest.mark.usefixtures("audience")
    def test_undefined_group(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """An undefined group is ignored: everybody on the code gets it, but no opted-out phone."""
        sandbox.setup(switches={"subscriber_count": "real"})
        body = self.send(rest, groupName="weakly").json()
        assert (body["smsGroupId"], body["smsSubscriberCount"]) == (0, 2)
        (send,) = sandbox.state()["sends"]
        assert (send["reached"], send["kept_back"]) == (["12065550100", "12065550101"], 1)

    def test_unknown_message(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """A message that does not exist is refused and sends nothing."""
        assert self.send(rest).status_code == 500
        assert sandbox.state()["sends"] == []


@pytest.mark.parametrize(
    ("style", "pattern"), [("padded", r" \d\d:\d\d:\d\d [AP]M$"), ("narrow", "\u202f[AP]M$")]
)
def test_dates(sandbox: SandboxProcess, rest: httpx.Client, style: str, pattern: str) -> None:
    """A switch prints dates with a padded hour or a narrow no-break space."""
    sandbox.setup(switches={"dates": style})
    assert re.search(pattern, create(rest, "Welcome", "Hi").json()["createdDate"])
