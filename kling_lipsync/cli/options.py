"""What the verbs take: the arguments and options that several of them share."""

import argparse

from kling_lipsync.cli.wording import crop_ms, span_s, time_ms, volumes


def client_options(parser: argparse.ArgumentParser) -> None:
    """Take where to call."""
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


def checks_options(parser: argparse.ArgumentParser) -> None:
    """Take what is checked before anything is sent."""
    parser.add_argument(
        "--units", metavar="MAX", help="refuse what could make this command cost more units"
    )
    parser.add_argument(
        "--preflight",
        choices=("documented", "observed", "off"),
        default="documented",
        help="rules that are checked before anything is sent (default: %(default)s)",
    )


def video_options(parser: argparse.ArgumentParser) -> None:
    """Take the video of an identify call."""
    parser.add_argument(
        "video", metavar="VIDEO", help="URL, id, or for a mock a local file (mp4, mov)"
    )
    parser.add_argument(
        "--video-length", type=time_ms, metavar="TIME", help="length of the video, if it is known"
    )


def identify_options(parser: argparse.ArgumentParser) -> None:
    """Take what identify takes."""
    video_options(parser)
    checks_options(parser)


def order_options(parser: argparse.ArgumentParser) -> None:
    """Take who says what, and where."""
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
    checks_options(parser)


def limit_options(parser: argparse.ArgumentParser) -> None:
    """Take how long to wait."""
    parser.add_argument(
        "--timeout", type=span_s, metavar="SPAN", help="give up after it: 90s, 30m (default: 30m)"
    )


def output_options(parser: argparse.ArgumentParser) -> None:
    """Take where to write."""
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="file to write")


def create_options(parser: argparse.ArgumentParser) -> None:
    """Take what create takes."""
    parser.add_argument("session", metavar="SESSION", help="id that `lipsync identify` printed")
    order_options(parser)
    parser.add_argument(
        "--video-length", type=time_ms, metavar="TIME", help="length of the video, if it is known"
    )


def task_options(parser: argparse.ArgumentParser) -> None:
    """Take the task that is meant."""
    parser.add_argument("task", metavar="TASK", help="id of the task, or your own id of it")
