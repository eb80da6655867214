"""The grammar of the command: every verb, its arguments, its help and its examples, once.

Nothing of the client is imported here, so that `--help` and completion answer at once.
"""

import argparse
from collections.abc import Callable

from attrs import frozen

from kling_lipsync.cli.exits import explained
from kling_lipsync.cli.options import (
    client_options,
    create_options,
    identify_options,
    limit_options,
    order_options,
    output_options,
    task_options,
    video_options,
)
from kling_lipsync.cli.wording import count

SHELLS = ("bash", "zsh", "fish")


@frozen
class Verb:
    """One verb: where it is carried out, what it says of itself, and what it takes.

    `place` is the module of this package and the function in it; `calls` whether it calls the
    service, and so takes the options of the client.
    """

    name: str
    place: str
    summary: str
    examples: tuple[str, ...]
    arguments: Callable[[argparse.ArgumentParser], None]
    calls: bool = True


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command; what it returns has `place` beside the arguments."""
    parser = argparse.ArgumentParser(
        prog="lipsync",
        description="Make a face in a video speak: the Kling lip-sync API, and its offline twin.",
        epilog=_EPILOG + explained(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(title="verbs", dest="verb", metavar="VERB", required=True)
    for verb in VERBS:
        shown = "\n".join(f"  $ {example}" for example in verb.examples)
        sub = verbs.add_parser(
            verb.name,
            help=verb.summary[0].lower() + verb.summary[1:],
            description=f"{verb.summary}.",
            epilog=f"examples:\n{shown}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        sub.set_defaults(place=verb.place)
        verb.arguments(sub)
        if verb.calls:
            client_options(sub)
        if verb.name != "completion":
            sub.add_argument("--json", action="store_true", help="print JSON, one document a line")
    return parser


def _list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--limit", type=count, default=30, help="most tasks to print; 0: all (default: %(default)s)"
    )


def _wait(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("task", metavar="TASK", nargs="+", help="ids of tasks, or your own of them")
    limit_options(parser)


def _sync(parser: argparse.ArgumentParser) -> None:
    video_options(parser)
    order_options(parser)
    output_options(parser)
    limit_options(parser)


def _download(parser: argparse.ArgumentParser) -> None:
    task_options(parser)
    output_options(parser)
    parser.add_argument("--watermark", action="store_true", help="the watermarked twin")


def _token(_: argparse.ArgumentParser) -> None:
    """Take nothing: the pair comes from the environment."""


def _listen(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=count, default=8788, help="0 takes a free one (%(default)s)")
    parser.add_argument("--count", type=count, metavar="N", help="end after N changes of tasks")
    parser.add_argument(
        "--confirm", action="store_true", help="query the task of each callback, and compare"
    )
    parser.add_argument("--base-url", metavar="URL", help="origin to query (default: as elsewhere)")


def _doctor(_: argparse.ArgumentParser) -> None:
    """Take nothing but the options of the client."""


def _completion(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=SHELLS, help="shell to print the script for")


VERBS = (
    Verb(
        "identify",
        "calls:identify",
        "Find the faces of a video, and open a session",
        (
            "lipsync identify https://example.com/clip.mp4",
            "lipsync identify clip.mp4 --mock",
        ),
        identify_options,
    ),
    Verb(
        "create",
        "calls:create",
        "Make one task, exactly once",
        (
            "lipsync create 850508686686064678 speech.mp3 --face 0",
            "lipsync create 850508686686064678 https://example.com/a.mp3 --face 0 --crop 0-4.5s",
        ),
        create_options,
    ),
    Verb("get", "calls:get", "Show a task", ("lipsync get 853960437013458976",), task_options),
    Verb(
        "list",
        "calls:list_tasks",
        "List the tasks of the account",
        ("lipsync list", "lipsync list --limit 0 --json"),
        _list,
    ),
    Verb(
        "wait",
        "calls:wait",
        "Wait until tasks have ended, of this command or any other",
        ("lipsync wait 853960437013458976", "lipsync wait ID1 ID2 --timeout 10m"),
        _wait,
    ),
    Verb(
        "sync",
        "making:sync",
        "Do all of it: identify, create, wait, download",
        (
            "lipsync sync clip.mp4 speech.mp3 -o out.mp4 --mock",
            "lipsync sync https://example.com/clip.mp4 speech.mp3 -o out.mp4 --units 2",
        ),
        _sync,
    ),
    Verb(
        "download",
        "making:download",
        "Save the result of a task: all of it, or nothing",
        ("lipsync download 853960437013458976 -o out.mp4",),
        _download,
    ),
    Verb(
        "token",
        "tokens:token",
        "Print a token that is good for 30 minutes, made of the AccessKey pair",
        ('curl -H "Authorization: Bearer $(lipsync token)" ...',),
        _token,
        calls=False,
    ),
    Verb(
        "listen",
        "listening:listen",
        "Receive callbacks, check their signatures, and print them",
        ("lipsync listen", "KLING_WEBHOOK_SECRET=whsec_... lipsync listen --port 9000 --confirm"),
        _listen,
        calls=False,
    ),
    Verb(
        "doctor",
        "doctor:examine",
        "Check credentials, clock and reach, and say which contract this is",
        ("lipsync doctor", "lipsync doctor --base-url http://127.0.0.1:8787"),
        _doctor,
    ),
    Verb(
        "completion",
        "completion:completion",
        "Print what makes a shell complete this command",
        ('eval "$(lipsync completion bash)"', "lipsync completion fish | source"),
        _completion,
        calls=False,
    ),
)

_EPILOG = """\
credentials, from the environment only:
  KLING_ACCESS_KEY and KLING_SECRET_KEY, or KLING_API_KEY
  KLING_BASE_URL        origin to call, instead of the vendor's
  KLING_WEBHOOK_SECRET  whsec_..., with which `listen` checks signatures

example, without any account:
  $ lipsync sync clip.mp4 speech.mp3 -o out.mp4 --mock

exit codes:
"""
