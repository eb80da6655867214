"""Time and media through the control API."""

from mock_server.tests.served import Served


def test_a_clock_moves_by_a_span(served: Served) -> None:
    """And tells where it stands."""
    before = served.happening("GET", "/accounts/local-access-key")["now"]

    assert served.happening("POST", "/clock", {"advance": "65m"})["now"] == before + 65 * 60_000
