"""The control API is whole, and put together when it is first asked for."""

import subprocess
import sys

from mock_server.tests.served import Served

_PROGRAM = """
import sys
from mock_server.app import create_server
from mock_server.settings import Settings
server = create_server(Settings(media="plain", quiet=True))
print("mock_server.control_journal" in sys.modules)
"""


def test_a_server_starts_without_it() -> None:
    """Nobody who only calls the vendor's API waits for it."""
    made = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True
    )

    assert made.stdout == "False\n"


def test_each_part_of_it_answers(served: Served) -> None:
    """Physics, happenings, faults, deliveries, insight and the journal."""
    for path in ("/physics", "/health", "/faults", "/deliveries", "/ledger", "/journal"):
        assert served.control("GET", path).status_code == 200, path
