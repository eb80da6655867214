"""The command `python -m demo`: plays the story and ends by itself."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx
from kling_lipsync_api import LipSyncApiError

from demo.mock import MockFailed, running_mock
from demo.screen import Screen
from demo.story import StoryFailed, play
from mock_server.media.decoding import available


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the demo; return 0, 1 when something went wrong, or 2 without the media extra."""
    parser = argparse.ArgumentParser(prog="python -m demo", description="A lip-sync task, played.")
    parser.add_argument("--out", type=Path, default=Path("demo-out"), help="folder for the results")
    folder = parser.parse_args(arguments).out.absolute()
    missing = available()
    if missing is not None:
        sys.stderr.write(f"demo: {missing}\n")
        return 2
    try:
        tell(Screen(sys.stdout), folder)
    except (MockFailed, StoryFailed, LipSyncApiError, httpx.HTTPError, OSError) as error:
        sys.stderr.write(f"demo: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def tell(screen: Screen, folder: Path) -> None:
    """Play the story, then say what came of it."""
    from demo.findings import report  # noqa: PLC0415 - imports the media extra, known to be there

    screen.title(
        "A lip-sync task from start to end, on this computer alone",
        "Synthetic: a NASA portrait gets a voice from 1961. She never said these words.",
    )
    with running_mock() as mock:
        made = play(screen, mock, folder)
        port = mock.url.rpartition(":")[2]
    report(screen, made)
    screen.say("The mock has ended. To make these calls yourself, with the ids that you get:")
    screen.command(f"lipsync-mock --port {port} --time frozen --media decoding")


if __name__ == "__main__":
    sys.exit(main())
