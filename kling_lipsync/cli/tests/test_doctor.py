"""The verb that looks whether everything is in place."""

import json

import pytest

from kling_lipsync.cli import doctor, mock
from kling_lipsync.cli.tests.conftest import Lipsync


def states(out: str) -> dict[str, str]:
    """Return the state of each subject."""
    return {one["subject"]: one["state"] for one in map(json.loads, out.splitlines())}


def test_all_is_well_with_a_mock(lipsync: Lipsync, mock_url: str) -> None:
    """Contract, media, credentials, service, reach and clock."""
    ran = lipsync("doctor", "--json")

    assert (ran.code, ran.err) == (0, "")
    assert set(states(ran.out)) == {
        "contract",
        "media",
        "credentials",
        "service",
        "reach",
        "clock",
    }
    assert states(ran.out)["reach"] == "ok"
    assert f"{mock_url}, a mock" in ran.out


@pytest.mark.parametrize(
    ("name", "value", "subject", "code"),
    [
        ("KLING_API_KEY", "", "credentials", 10),
        ("KLING_API_KEY", "nobody-knows-it", "reach", 10),
        ("KLING_BASE_URL", "http://127.0.0.1:1", "reach", 20),
    ],
)
def test_what_is_wrong_is_told_and_decides_the_code(
    lipsync: Lipsync,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    subject: str,
    code: int,
) -> None:
    """And the secret is not told."""
    monkeypatch.setattr("kling_lipsync.client.environment.time.sleep", lambda _: None)
    monkeypatch.setenv(name, value)
    ran = lipsync("doctor", "--json")

    assert ran.code == code
    assert states(ran.out)[subject] == "wrong"
    assert "nobody-knows-it" not in ran.out + ran.err


def test_a_clock_far_off_is_noted() -> None:
    """Nothing is wrong with that, for tokens are made on the service's clock."""
    assert doctor._clock(0.0).state == "ok"
    assert doctor._clock(-30.0).text.startswith("this clock is 30 s ahead of the service's")
    assert (doctor._clock(90.0).state, doctor._clock(90.0).code) == ("note", 0)


def test_without_media_it_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a note, for the mock works without."""
    monkeypatch.setattr(mock, "has_media", lambda: False)

    assert doctor._media().state == "note"
    assert "[media]" in doctor._media().text
