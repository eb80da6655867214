"""The pytest plugin: a mock for each test, one server for all of them, and who is called back.

Markers say what a test's account is like:

    @pytest.mark.lipsync(profile="observed", slots=2, readings={"no-face": "refuse"})
    @pytest.mark.lipsync_fault(code=1303, operations=["create"], times=2)
    @pytest.mark.lipsync_clock
    @pytest.mark.lipsync_readings

pytest loads this module at every start, so it imports what it needs when a test needs it.
"""

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mock_server.testing import CallbackReceiver, InProcessMock, LipSyncMock, RunningMock

MARKERS = (
    "lipsync(**fields): fields of the test's account, such as profile, readings, slots, units",
    "lipsync_fault(**fields): a failure to stage, with the fields of POST /__mock__/faults",
    "lipsync_clock: time.time() and datetime.now() show the account's instant and follow it",
    "lipsync_readings(*names): run under each choice of the readings that matter to the test",
)
_USED: pytest.StashKey[bool] = pytest.StashKey()


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers."""
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the server that the tests of this run shared, if they did."""
    from mock_server.testing.shared import end_shared  # noqa: PLC0415 - see above

    end_shared(config)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for it under each choice of the readings."""
    if metafunc.definition.get_closest_marker("lipsync_readings") is not None:
        from mock_server.testing.fixtures import under_readings  # noqa: PLC0415 - see above

        under_readings(metafunc)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the journal of the accounts of a test that failed."""
    report = yield
    if report.when == "call" and report.failed and _USED in item.stash:
        from mock_server.testing.fixtures import sections  # noqa: PLC0415 - see above

        report.sections.extend(sections(item))
    return report


@pytest.fixture(scope="session")
def lipsync_mock_in_process() -> "Iterator[InProcessMock]":
    """The one server of this process, without a socket until somebody needs it."""
    from mock_server.testing import InProcessMock  # noqa: PLC0415 - see above

    with InProcessMock() as mock:
        yield mock


@pytest.fixture(scope="session")
def lipsync_mock_running(request: pytest.FixtureRequest) -> "Iterator[RunningMock]":
    """The one server of all workers of this run, or the one at LIPSYNC_MOCK_URL."""
    from mock_server.testing.shared import shared  # noqa: PLC0415 - see above

    with shared(request.config) as mock:
        yield mock


@pytest.fixture
def lipsync_reading(request: pytest.FixtureRequest) -> object:
    """The reading under which a test runs that is marked `lipsync_readings`."""
    return getattr(request, "param", None)


@pytest.fixture
def lipsync_mock(
    request: pytest.FixtureRequest, lipsync_mock_in_process: "InProcessMock"
) -> "Iterator[LipSyncMock]":
    """A fresh account, in process, whose clock stands still until the test moves it."""
    from mock_server.testing.fixtures import account  # noqa: PLC0415 - see above

    request.node.stash[_USED] = True
    yield from account(request, lipsync_mock_in_process)


@pytest.fixture
def lipsync_mock_server(
    request: pytest.FixtureRequest, lipsync_mock_running: "RunningMock"
) -> "Iterator[LipSyncMock]":
    """A fresh account on the server that all workers share; its `base_url` is a real one."""
    from mock_server.testing.fixtures import account  # noqa: PLC0415 - see above

    request.node.stash[_USED] = True
    yield from account(request, lipsync_mock_running)


@pytest.fixture
def lipsync_callbacks() -> "Iterator[CallbackReceiver]":
    """A receiver of callbacks on 127.0.0.1; give its `url` as callback_url."""
    from mock_server.testing import CallbackReceiver  # noqa: PLC0415 - see above

    with CallbackReceiver() as receiver:
        yield receiver
