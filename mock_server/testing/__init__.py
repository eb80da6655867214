"""The mock as an instrument of tests: in process or over a socket, by hand or by pytest fixtures.

    def test_a_result(lipsync_mock):
        client = MyClient(lipsync_mock.base_url, lipsync_mock.access_key, lipsync_mock.secret_key)

`LipSyncMock` is one account with its clock, its failures and its journal; `InProcessMock` is a
server without a socket, `RunningMock` one that listens somewhere.
"""

from mock_server.testing.account import LipSyncMock
from mock_server.testing.asking import ControlRefused
from mock_server.testing.in_process import InProcessMock
from mock_server.testing.receiver import CallbackReceiver, Received
from mock_server.testing.running import RunningMock
from mock_server.testing.transports import MockTransport
from mock_server.testing.witness import NotClean

__all__ = [
    "CallbackReceiver",
    "ControlRefused",
    "InProcessMock",
    "LipSyncMock",
    "MockTransport",
    "NotClean",
    "Received",
    "RunningMock",
]
