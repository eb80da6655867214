"""The command `lipsync-mock`."""

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until stopped; return 2 for a setting or a contract that is not understood.

    With `env` as the first argument: print what leads unchanged programs to a running mock.
    """
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["env"]:
        from mock_server.environment import print_environment  # noqa: PLC0415 - needed here only

        return print_environment(given[1:], os.environ)
    with _lightly():
        from mock_server.serving import serve  # noqa: PLC0415 - takes most of the start

    return serve(given)


@contextmanager
def _lightly() -> Iterator[None]:
    """Import sooner: nothing that is imported is garbage, and tokens here are signed by HMAC alone.

    PyJWT imports `cryptography` wherever it is installed, which takes a tenth of the start.
    """
    known = "cryptography" in sys.modules
    if not known:
        sys.modules["cryptography"] = None  # type: ignore[assignment]  # so it counts as missing
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # else the first collection would walk through all that was imported
        gc.enable()
        if not known:
            del sys.modules["cryptography"]


if __name__ == "__main__":
    sys.exit(main())
