"""Accounts through the control API."""

from mock_server.routes import TASKS_PATH
from mock_server.tests.served import Served


def test_secrets_are_shown_once(served: Served) -> None:
    """To whoever made the account; afterwards only a token is."""
    made = served.happening("POST", "/accounts", {"access_key": "a", "api_keys": ["k"]})
    shown = served.happening("GET", "/accounts/a")

    assert (len(made["secret_key"]) > 30, made["api_keys"]) == (True, ["k"])
    assert {"secret_key", "api_keys"}.isdisjoint(shown)
    headers = {"authorization": f"Bearer {shown['token']}"}
    assert served.ask("GET", TASKS_PATH, headers=headers).status_code == 200
