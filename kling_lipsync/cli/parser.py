"""The grammar of the command: every verb, its arguments, its help and its examples, once.

Nothing of the client is imported here, so that `--help` and completion answer at once.
"""

import argparse
from collections.abc import Callable

from attrs import frozen

from kling_lipsync.cli.exits import explained
from kling_lipsync.cli.wording import count, crop_ms, span_s, time_ms, volumes

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
            _client_options(sub)
        if verb.name != "completion":
            sub.add_argument("--json", action="store_true", help="print JSON, one document a line")
    return parser


def _client_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("the service")
    where = group.add_mutually_exclusive_group()
    where.add_argument(
        "--base-url",
        metavar="URL",
        help="origin to call (default: KLING_BASE_URL, or the vendor's)",
    )
    where.add_argument(
        "--mock", action="store_true", help="start the offline twin, and end it with this command"
    )


def _checks(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--units", metavar="MAX", help="refuse what could make this command cost more units"
    )
    parser.add_argument(
        "--preflight",
        choices=("documented", "observed", "off"),
        default="documented",
        help="rules that are checked before anything is sent (default: %(default)s)",
    )


def _video(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "video", metavar="VIDEO", help="URL, id, or for a mock a local file (mp4, mov)"
    )
    parser.add_argument(
        "--video-length", type=time_ms, metavar="TIME", help="length of the video, if it is known"
    )


def _identify(parser: argparse.ArgumentParser) -> None:
    _video(parser)
    _checks(parser)


def _order(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("audio", metavar="AUDIO", help="local file, URL, or id of generated speech")
    parser.add_argument("--face", metavar="ID", help="face that speaks")
    parser.add_argument(
        "--insert-at", type=time_ms, metavar="TIME", help="where in the video the speech begins"
    )
    parser.add_argument(
        "--crop", type=crop_ms, metavar="START-END", help="part of the audio (default: all of it)"
    )
    parser.add_argument(
        "--volumes",
        type=volumes,
        metavar="AUDIO,VIDEO",
        help="of each sound, 0 to 2, such as 1,0.3",
    )
    parser.add_argument("--watermark", action="store_true", help="make a watermarked twin as well")
    parser.add_argument("--external-id", metavar="ID", help="your own id of the task")
    parser.add_argument("--callback-url", metavar="URL", help="where the service tells of changes")
    _checks(parser)


def _limit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--timeout", type=span_s, metavar="SPAN", help="give up after it: 90s, 30m (default: 30m)"
    )


def _output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="file to write")


def _create(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("session", metavar="SESSION", help="id that `lipsync identify` printed")
    _order(parser)
    parser.add_argument(
        "--video-length", type=time_ms, metavar="TIME", help="length of the video, if it is known"
    )


def _task(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("task", metavar="TASK", help="id of the task, or your own id of it")


def _list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--limit", type=count, default=30, help="most tasks to print; 0: all (default: %(default)s)"
    )


def _wait(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("task", metavar="TASK", nargs="+", help="ids of tasks, or your own of them")
    _limit(parser)


def _sync(parser: argparse.ArgumentParser) -> None:
    _video(parser)
    _order(parser)
    _output(parser)
    _limit(parser)


def _download(parser: argparse.ArgumentParser) -> None:
    _task(parser)
    _output(parser)
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
        _identify,
    ),
    Verb(
        "create",
        "calls:create",
        "Make one task, exactly once",
        (
            "lipsync create 850508686686064678 speech.mp3 --face 0",
            "lipsync create 850508686686064678 https://example.com/a.mp3 --face 0 --crop 0-4.5s",
        ),
        _create,
    ),
    Verb("get", "calls:get", "Show a task", ("lipsync get 853960437013458976",), _task),
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
