"""Every setting has a flag and a variable, and a wrong one is told with its remedy."""

import pytest
from attrs import fields

from mock_server.settings import PREFIX, Settings, SettingsError, settings_from

OTHER = {
    "host": "::1",
    "port": "0",
    "tls": "true",
    "tls_dir": "certificates",
    "proxy": "8888",
    "access_key": "ak",
    "secret_key": "sk",
    "api_key": "key",
    "profile": "observed",
    "readings": "no-face=refuse,end-margin=50",
    "time": "x60",
    "pace": "1+2",
    "seed": "7",
    "media": "plain",
    "media_map": "http://a/b=/tmp/c",
    "fetch": "any",
    "control_token": "t",
    "physics": "p.yaml",
    "slots": "3",
    "units": "0.5",
    "rate": "9",
    "store": "sqlite:accounts.db",
    "workers": "2",
    "media_folder": "media",
    "render_cache": "7",
    "journal": "5",
    "validate_replies": "true",
    "quiet": "1",
}
READ = {
    "workers": 2,
    "port": 0,
    "tls": 0,
    "proxy": 8888,
    "readings": (("no-face", "refuse"), ("end-margin", "50")),
    "seed": 7,
    "media_map": (("http://a/b", "/tmp/c"),),  # noqa: S108 - a name, no file
    "slots": 3,
    "rate": 9,
    "render_cache": 7,
    "journal": 5,
    "validate_replies": True,
    "quiet": True,
}
NAMES = [attribute.name for attribute in fields(Settings)]


def test_every_setting_is_tried() -> None:
    """The tables of this module have each field of Settings."""
    assert list(OTHER) == NAMES


def test_nothing_given_is_the_default() -> None:
    """Without flags and variables, and with those of other programs, defaults hold."""
    assert settings_from([], {"PATH": "/bin", "LIPSYNC": "x"}) == Settings()


@pytest.mark.parametrize("name", NAMES)
def test_every_field_has_a_flag_and_a_variable(name: str) -> None:
    """Both names follow from the field's, and both are read alike."""
    text = OTHER[name]
    by_flag = settings_from([f"--{name.replace('_', '-')}", text], {})
    by_variable = settings_from([], {PREFIX + name.upper(): text})

    assert by_flag == by_variable
    assert getattr(by_flag, name) == READ.get(name, text)
    assert by_flag != Settings()


def test_a_flag_wins_over_a_variable() -> None:
    """What is typed now counts more than what was exported once."""
    assert settings_from(["--port", "1"], {"LIPSYNC_MOCK_PORT": "2"}).port == 1


@pytest.mark.parametrize("name", ["quiet", "validate_replies"])
def test_a_switch_needs_no_value(name: str) -> None:
    """The bare flag turns it on; `false` turns it off, against the variable."""
    flag = f"--{name.replace('_', '-')}"

    assert getattr(settings_from([flag], {}), name) is True
    assert getattr(settings_from([flag, "false"], {PREFIX + name.upper(): "true"}), name) is False


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_value_is_the_default(name: str) -> None:
    """An empty variable counts as not set."""
    assert settings_from([], {PREFIX + name.upper(): ""}) == Settings()


@pytest.mark.parametrize("name", ["tls", "proxy"])
@pytest.mark.parametrize(
    ("given", "port"), [([], 0), (["8443"], 8443), (["0"], 0), (["false"], None)]
)
def test_a_listener_is_a_port_or_a_switch(name: str, given: list[str], port: int | None) -> None:
    """The bare flag takes a free port; `false` turns it off, against the variable."""
    settings = settings_from([f"--{name}", *given], {PREFIX + name.upper(): "1"})

    assert getattr(settings, name) == port


def test_the_address_of_a_running_mock_is_no_setting() -> None:
    """Tests read it; a server that is started beside them does not mind."""
    assert settings_from([], {"LIPSYNC_MOCK_URL": "http://127.0.0.1:8787"}) == Settings()


def test_an_unknown_variable_is_refused() -> None:
    """A misspelt variable would be a silent mistake; it is named, with those that exist."""
    with pytest.raises(
        SettingsError,
        match=r"LIPSYNC_MOCK_PROT is no setting; the variables are: .*LIPSYNC_MOCK_PORT",
    ):
        settings_from([], {"LIPSYNC_MOCK_PROT": "8787"})


@pytest.mark.parametrize(
    ("name", "text", "remedy"),
    [
        ("port", "high", "port to listen on; 0 takes a free one"),
        ("port", "1.5", "port to listen on"),
        ("tls", "high", "port to answer HTTPS on"),
        ("proxy", "-1", "loopback port of the proxy"),
        ("seed", "x", "seed of request ids"),
        ("slots", "many", "open tasks at once"),
        ("rate", "x", "calls a second"),
        ("journal", "x", "calls that an account's journal keeps"),
        ("journal", "-1", "calls that an account's journal keeps"),
        ("quiet", "maybe", "neither true nor false; print no journal lines"),
        ("readings", "no-face", "'no-face' is not of the form NAME=VALUE"),
        ("media_map", "=/tmp/c", "'=/tmp/c' is not of the form NAME=VALUE"),
    ],
)
def test_a_wrong_value_is_told_with_its_remedy(name: str, text: str, remedy: str) -> None:
    """The flag or variable, the value and what it can be; no stack of calls."""
    variable, flag = PREFIX + name.upper(), f"--{name.replace('_', '-')}"

    with pytest.raises(SettingsError, match=rf"{variable}='{text}': .*{remedy}"):
        settings_from([], {variable: text})
    with pytest.raises(SettingsError, match=rf"{flag}='{text}': .*{remedy}"):
        settings_from([f"{flag}={text}"], {})


def test_an_address_with_a_query_can_be_mapped() -> None:
    """A URL may hold equals signs; the path stands behind the last one."""
    settings = settings_from(["--media-map", "http://a/b?c=d=/tmp/e"], {})

    assert settings.media_map == (("http://a/b?c=d", "/tmp/e"),)  # noqa: S108 - a name, no file


def test_an_unknown_flag_ends_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    """It is named, beside how the command is used."""
    with pytest.raises(SystemExit, match="2"):
        settings_from(["--colour", "red"], {})

    assert "unrecognized arguments: --colour red" in capsys.readouterr().err


def test_help_names_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    """Each flag stands in it with its default, and no secret does."""
    with pytest.raises(SystemExit, match="0"):
        settings_from(["--help"], {})

    told = capsys.readouterr().out
    assert all(f"--{name.replace('_', '-')}" in told for name in NAMES)
    assert "(default: 8787)" in told
