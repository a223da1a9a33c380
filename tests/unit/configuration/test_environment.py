"""Settings from the environment: what is missing or dangerous is said before anything is sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from connectors.configuration.environment import environment, platform_settings, state_url
from connectors.destinations.sms_platform.commands import AddPath, CreatePath
from connectors.destinations.sms_platform.settings import PlatformSettings
from schemas.errors import ExitCode, WrongUse

GIVEN = {
    "SENDERSYNC_API_URL": "https://mail.example.com",
    "SENDERSYNC_REALM": "myAccount",
    "SENDERSYNC_PASSWORD": "xyzpwd123",
}


def settings_of(url: str) -> PlatformSettings:
    """Settings with this address."""
    return platform_settings({**GIVEN, "SENDERSYNC_API_URL": url})


def test_credentials_become_the_vendors_header() -> None:
    """Basic base64(realm:password), as printed in every example of the vendor."""
    headers = platform_settings(GIVEN).headers()
    assert headers["authorization"] == "Basic bXlBY2NvdW50Onh5enB3ZDEyMw=="
    assert headers["accept"] == "application/vnd.whatcounts-v1+json"
    assert headers["content-type"] == "application/json"
    assert headers["host"] == "mail.example.com"
    assert "x-api-key" not in headers


def test_the_api_client_is_a_header_of_its_own() -> None:
    """x-api-key is base64(client:auth) without a scheme word."""
    pair = {"SENDERSYNC_API_CLIENT": "app", "SENDERSYNC_API_CLIENT_AUTH": "s3cret"}
    assert platform_settings({**GIVEN, **pair}).headers()["x-api-key"] == "YXBwOnMzY3JldA=="


@pytest.mark.parametrize("one", ["SENDERSYNC_API_CLIENT", "SENDERSYNC_API_CLIENT_AUTH"])
def test_half_an_api_client_is_refused(one: str) -> None:
    """One half of the pair alone is a mistake, not an unset pair."""
    with pytest.raises(WrongUse, match="half"):
        platform_settings({**GIVEN, one: "x"})


@pytest.mark.parametrize("missing", sorted(GIVEN))
def test_a_missing_variable_is_named_with_its_mend(missing: str) -> None:
    """Exit 2, the variable's name, and what to write into it."""
    for given in ({**GIVEN, missing: ""}, {k: v for k, v in GIVEN.items() if k != missing}):
        with pytest.raises(WrongUse) as refusal:
            platform_settings(given)
        assert refusal.value.exit_code is ExitCode.WRONG_USE
        assert f"{missing} is not set." in str(refusal.value)
        assert f"{missing}=" in refusal.value.do


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://mail.example.com", "https://mail.example.com"),
        ("https://mail.example.com/", "https://mail.example.com"),
        (" https://mail.example.com// ", "https://mail.example.com"),
        ("https://mail.example.com/rest", "https://mail.example.com"),
        ("https://mail.example.com/rest/", "https://mail.example.com"),
        ("https://mail.example.com/rest/sms/", "https://mail.example.com"),
        ("https://mail.example.com/wc/rest", "https://mail.example.com/wc"),
        ("https://mail.example.com/forrest", "https://mail.example.com/forrest"),
        ("HTTPS://Mail.Example.COM:443", "https://mail.example.com"),
        ("https://mail.example.com:8443/rest", "https://mail.example.com:8443"),
        ("http://localhost:8025", "http://localhost:8025"),
        ("http://127.0.0.1:8025/", "http://127.0.0.1:8025"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:8025", "http://[::1]:8025"),
    ],
)
def test_an_address_is_taken_in_every_usual_form(url: str, site: str) -> None:
    """A slash at the end, /rest, capitals and the default port make no difference."""
    assert settings_of(url).url == site


@pytest.mark.parametrize(
    "url",
    [
        "http://mail.example.com",
        "HTTP://mail.example.com",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://128.0.0.1",
        "http://0.0.0.0",
        "http://[::2]",
        "http://0x7f000001",
        "http://2130706433",
        "http://10.0.0.1",
    ],
)
def test_plain_http_is_refused_for_any_host_but_loopback(url: str) -> None:
    """Basic credentials are readable on the way: http:// is for this machine only."""
    with pytest.raises(WrongUse, match="https://") as refusal:
        settings_of(url)
    assert refusal.value.where == "SENDERSYNC_API_URL"
    assert refusal.value.exit_code is ExitCode.WRONG_USE


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.com",
        "//mail.example.com",
        "ftp://mail.example.com",
        "https://",
        "https:///rest",
        " ",
        "https://realm:secret@mail.example.com",
        "http://127.0.0.1@mail.example.com",
        "http://127.0.0.1\\@mail.example.com",
        "http://127.0.0.1 @mail.example.com",
        "https://mail.example.com\r\nX: y",
        "https://mail.example.com?x=1",
        "https://mail.example.com/#x",
        "https://mail.example.com:port",
        "https://mail.example.com:99999",
        "https://[::1",
    ],
)
def test_an_address_that_is_none_is_refused_without_repeating_it(url: str) -> None:
    """What is refused may hold a password, so the message does not show it."""
    with pytest.raises(WrongUse) as refusal:
        settings_of(url)
    assert "secret" not in f"{refusal.value}{refusal.value.__cause__!r}"


@pytest.mark.parametrize("realm", ["a:b", ""])
def test_a_realm_basic_credentials_cannot_carry_is_refused(realm: str) -> None:
    """A colon in the realm would move the border between name and password."""
    with pytest.raises(WrongUse, match="realm"):
        PlatformSettings("https://mail.example.com", realm, SecretStr("x"))


def test_forms_of_paths_and_the_timeout_are_settings() -> None:
    """Optional variables of our own, each refused with its choices when it is none of them."""
    settings = platform_settings(
        {
            **GIVEN,
            "SENDERSYNC_ADD_PATH": "without_country",
            "SENDERSYNC_CREATE_PATH": "create_message",
            "SENDERSYNC_TIMEOUT": "7.5",
        }
    )
    assert settings.add_path is AddPath.WITHOUT_COUNTRY
    assert settings.create_path is CreatePath.OVERVIEW
    assert settings.timeout == 7.5
    for name, wrong in (
        ("SENDERSYNC_ADD_PATH", "country"),
        ("SENDERSYNC_CREATE_PATH", "x"),
        ("SENDERSYNC_TIMEOUT", "soon"),
        ("SENDERSYNC_TIMEOUT", "0"),
        ("SENDERSYNC_TIMEOUT", "nan"),
        ("SENDERSYNC_ANSWER_RULES", "no-such-file.toml"),
    ):
        with pytest.raises(WrongUse):
            platform_settings({**GIVEN, name: wrong})


def test_the_real_environment_wins_over_dotenv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`.env` of the working folder is read, and the shell has the last word."""
    lines = ["\ufeffSENDERSYNC_REALM=written", "SENDERSYNC_PASSWORD='p${HOME}#1'", "OTHER=1"]
    (tmp_path / ".env").write_text("\n".join(lines), "utf-8")
    monkeypatch.chdir(tmp_path)
    assert environment() == {
        "SENDERSYNC_REALM": "written",
        "SENDERSYNC_PASSWORD": "p${HOME}#1",
    }
    monkeypatch.setenv("SENDERSYNC_REALM", "shell")
    assert environment()["SENDERSYNC_REALM"] == "shell"


def test_dotenv_of_a_folder_above_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the working folder's own `.env` counts: no surprise from a folder above."""
    (tmp_path / ".env").write_text("SENDERSYNC_REALM=above", "utf-8")
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert environment() == {}


def test_a_dotenv_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """A `.env` saved as UTF-16 is named, and its contents are not shown."""
    (tmp_path / ".env").write_bytes("SENDERSYNC_PASSWORD=secret".encode("utf-16"))
    with pytest.raises(WrongUse, match="UTF-8") as refusal:
        environment(tmp_path)
    assert refusal.value.__cause__ is None


def test_the_state_is_a_file_in_the_users_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Default: an absolute SQLite URL below the user's data folder; a given URL is kept."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert state_url({}) == f"sqlite:///{tmp_path.as_posix()}/sendersync/state.db"
    assert state_url({"SENDERSYNC_STATE": "postgresql://db/x"}) == "postgresql://db/x"


def test_no_secret_is_shown() -> None:
    """What prints settings prints neither realm, password nor API client."""
    pair = {"SENDERSYNC_API_CLIENT": "app-one", "SENDERSYNC_API_CLIENT_AUTH": "s3cret"}
    settings = platform_settings({**GIVEN, **pair})
    shown = f"{settings!r} {settings} {settings.headers()!r}"
    for secret in ("myAccount", "xyzpwd123", "app-one", "s3cret", "bXlBY2NvdW50"):
        assert secret not in shown
