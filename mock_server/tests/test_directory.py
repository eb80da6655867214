"""Accounts are made, changed, reset and dropped, with everything that belongs to them."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mock_server.clock import ClockError
from mock_server.directory import read_units
from mock_server.routes import IDENTIFY_PATH, TASKS_PATH
from mock_server.settings import SettingsError
from mock_server.signing import SecretError
from mock_server.tests.builders import SECRET, VIDEO
from mock_server.tests.served import LOCAL_KEY, Served, serving


@pytest.mark.parametrize(
    ("given", "units"),
    [(None, None), ("", None), (0, Decimal(0)), ("0.5", Decimal("0.5")), (0.1, Decimal("0.1"))],
)
def test_units_are_a_number_from_0_up(given: object, units: Decimal | None) -> None:
    """Nothing means without limit; a float is what it looks like."""
    assert read_units(given) == units


@pytest.mark.parametrize("given", ["many", "-1", -1, "NaN", "Infinity", "1,5"])
def test_other_units_are_refused(given: object) -> None:
    """With the value, and an example of one."""
    with pytest.raises(SettingsError, match=r"is not a number from 0 up, such as 100 or 0\.5"):
        read_units(given)


def test_an_account_is_made_with_what_is_chosen(served: Served) -> None:
    """And shown as it was made."""
    chosen = {
        "access_key": "a",
        "time": "x60",
        "profile": "observed",
        "readings": {"no-face": "refuse"},
        "pace": "1+2",
        "slots": 3,
        "units": "7.5",
        "rate": 9,
        "forbidden_operations": ["list"],
        "allowed_ips": ["192.0.2.2", "192.0.2.1"],
        "status": "locked",
        "in_arrears": True,
        "maintenance": True,
    }

    shown = served.happening("POST", "/accounts", chosen)

    expected = chosen | {"time": "scaled", "allowed_ips": ["192.0.2.1", "192.0.2.2"]}
    readings = shown.pop("readings")
    assert expected.pop("readings") == {"no-face": readings["no-face"]}
    assert {name: shown[name] for name in expected} == expected


def test_settings_are_the_defaults_of_new_accounts() -> None:
    """The local one included."""
    with serving(slots=2, units="9", rate=4, profile="observed", pace="1+1") as served:
        shown = [served.happening("GET", f"/accounts/{LOCAL_KEY}")]
        shown.append(served.happening("POST", "/accounts", {}))

    for account in shown:
        assert (account["slots"], account["units"], account["rate"]) == (2, "9", 4)
        assert (account["profile"], account["pace"]) == ("observed", "1+1")


def test_a_file_of_physics_is_in_force(tmp_path: Path) -> None:
    """For new accounts and for prices; a flag beats it."""
    file = tmp_path / "physics.yaml"
    file.write_text("slots: 5\nunits: 9.5\nrate: 7\nmaintenance: false\nidentify_price: 0.25\n")
    with serving(physics=str(file), rate=4) as served:
        account = served.happening("GET", f"/accounts/{LOCAL_KEY}")
        told = served.data("POST", IDENTIFY_PATH, {"video_url": VIDEO})

    assert (account["slots"], account["units"], account["rate"]) == (5, "9.5", 4)
    assert told["final_unit_deduction"] == "0.25"


def test_what_is_changed_changes_alone(served: Served) -> None:
    """Tasks, clock and other settings stay."""
    task_id = served.create()
    before = served.happening("GET", f"/accounts/{LOCAL_KEY}")
    after = served.happening("PATCH", f"/accounts/{LOCAL_KEY}", {"slots": 1, "pace": "5+6"})

    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"slots", "pace"}
    assert served.vendor("GET", f"{TASKS_PATH}/{task_id}").status_code == 200


def test_single_readings_are_changed_beside_the_others(served: Served) -> None:
    """And a new profile starts from its own."""
    path = f"/accounts/{LOCAL_KEY}"
    served.happening("PATCH", path, {"readings": {"no-face": "refuse"}})
    kept = served.happening("PATCH", path, {"readings": {"list-order": "oldest-first"}})
    anew = served.happening("PATCH", path, {"profile": "observed"})

    assert kept["readings"]["no-face"] == "refuse"
    assert (anew["profile"], anew["readings"]["no-face"]) == ("observed", "empty-list")
    assert anew["readings"]["missing-resource"] == "400/1201"


def test_a_limit_can_be_lifted(served: Served) -> None:
    """Null means without limit."""
    path = f"/accounts/{LOCAL_KEY}"
    served.happening("PATCH", path, {"slots": 0, "allowed_ips": []})
    assert served.vendor("GET", TASKS_PATH).json()["code"] == 1304

    served.happening("PATCH", path, {"slots": None, "allowed_ips": None})

    assert served.create()


def test_api_keys_can_be_replaced(served: Served) -> None:
    """Old ones are unknown at once."""
    served.happening("PATCH", f"/accounts/{LOCAL_KEY}", {"api_keys": ["new"]})

    old = served.vendor("GET", TASKS_PATH).status_code
    new = served.ask("GET", TASKS_PATH, headers={"authorization": "Bearer new"}).status_code

    assert (old, new) == (401, 200)


@pytest.mark.parametrize("key", [LOCAL_KEY, "local-api-key"])
def test_a_key_belongs_to_one_account(served: Served, key: str) -> None:
    """Neither a new account nor a change takes another's key, and that account goes on."""
    served.happening("POST", "/accounts", {"access_key": "b", "api_keys": ["own"]})

    made = served.control("POST", "/accounts", {"access_key": "c", "api_keys": [key]})
    changed = served.control("PATCH", "/accounts/b", {"api_keys": [key]})

    assert (made.status_code, changed.status_code) == (400, 400)
    assert f"the key '{key}' belongs to an account" in changed.json()["error"]
    assert served.vendor("GET", TASKS_PATH).status_code == 200
    assert served.happening("PATCH", "/accounts/b", {"api_keys": ["own", "more"]})


def test_a_reset_leaves_the_account_as_it_was_born(served: Served) -> None:
    """Credentials and settings stay; tasks, faults, ledger and journal go."""
    served.happening("PATCH", f"/accounts/{LOCAL_KEY}", {"slots": 5})
    served.create()
    served.happening("POST", "/faults", {"code": 1303})
    served.advance("1d")
    shown = served.happening("POST", "/reset")

    assert shown["slots"] == 5
    assert served.data("GET", TASKS_PATH) == []
    assert served.happening("GET", "/ledger")["lines"] == []
    assert served.happening("GET", "/ledger")["units_spent"] == "0"
    assert len(served.happening("GET", "/journal?kind=call")["entries"]) == 1


@pytest.mark.parametrize("time", ["real", "frozen", "x60"])
def test_a_reset_keeps_the_mode_of_the_clock(served: Served, time: str) -> None:
    """Which starts anew."""
    served.happening("POST", "/accounts", {"access_key": "a", "time": time})
    before = served.happening("GET", "/accounts/a")
    served.happening("POST", "/clock", {"account": "a", "advance": "365d"})

    after = served.happening("POST", "/reset", {"account": "a"})

    assert after["time"] == before["time"]
    assert after["now"] < before["now"] + 86_400_000


def test_a_dropped_account_is_unknown(served: Served) -> None:
    """To the vendor's operations and to the control API; its name is free again."""
    made = served.happening("POST", "/accounts", {"access_key": "a", "api_keys": ["k"]})
    headers = {"authorization": "Bearer k"}
    served.happening("DELETE", "/accounts/a")

    assert served.ask("GET", TASKS_PATH, headers=headers).status_code == 401
    assert served.control("GET", "/accounts/a").status_code == 404
    again = served.happening("POST", "/accounts", {"access_key": "a"})
    assert again["public_id"] == made["public_id"]


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_an_account_is_named_by_its_access_key_alone(served: Served, method: str) -> None:
    """An API key is a secret, and no name in the control API; nothing happens to its account."""
    assert served.control(method, "/accounts/local-api-key", {"slots": 0}).status_code == 404
    assert served.create()


@pytest.mark.parametrize(
    ("fields", "secrets"),
    [
        ({"webhook_secret": "whsec_a2V5"}, ("whsec_a2V5",)),
        ({"webhook_secret": None}, ()),
        ({"webhook_secrets": ["whsec_bmV3", "whsec_b2xk"]}, ("whsec_bmV3", "whsec_b2xk")),
        ({"webhook_secrets": []}, ()),
    ],
)
def test_secrets_are_one_or_several(
    served: Served, fields: dict[str, Any], secrets: tuple[str, ...]
) -> None:
    """The newest first; they are not shown, and stay when something else changes."""
    directory = served.server.directory
    made = directory.create({"access_key": "one", "secret_key": SECRET} | fields)
    directory.create(
        {"access_key": "two", "secret_key": SECRET, "webhook_secret": "whsec_b3RoZXI="}
    )
    changed = directory.change("two", fields)

    assert made.webhook_secrets == changed.webhook_secrets == secrets
    assert directory.change("two", {"slots": 1}).webhook_secrets == secrets
    assert "whsec" not in str(directory.shown(made))


def test_secrets_given_twice_are_refused(served: Served) -> None:
    """One of the two would be ignored."""
    directory = served.server.directory
    both = {"webhook_secret": "whsec_a2V5", "webhook_secrets": ["whsec_a2V5"]}

    with pytest.raises(SettingsError, match="not both"):
        directory.create({"access_key": "one", "secret_key": SECRET} | both)
    with pytest.raises(SecretError):
        directory.create({"access_key": "one", "secret_key": SECRET, "webhook_secrets": ["a"]})


def test_retries_are_spans(served: Served) -> None:
    """Shown in ms; empty for one attempt, and null leaves them to the reading."""
    directory = served.server.directory
    made = directory.create(
        {"access_key": "one", "secret_key": SECRET, "callback_retries": [500, "5s", "1m"]}
    )
    fewer = directory.change("one", {"callback_retries": []})
    usual = directory.change("one", {"callback_retries": None})

    shown = [directory.shown(one)["callback_retries"] for one in (made, fewer, usual)]
    assert shown == [(500, 5000, 60_000), (), None]
    with pytest.raises(ClockError, match="'soon' is no span of time"):
        directory.change("one", {"callback_retries": ["soon"]})
