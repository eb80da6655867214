"""The conformance suite against a server that somebody else wrote: Prism on our contract.

`python -m bench.foreign` (`make foreign`) says by rule what Prism lacks.  It ends with 0 when the
suite got through, whatever it found, and with 2 when it did not.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

from bench import prism_package, servers
from contract_tests.conformance import cli, results
from contract_tests.conformance.results import Run

CREDENTIALS = {"KLING_ACCESS_KEY": "access", "KLING_SECRET_KEY": "secret"}
CONTRACT = servers.ROOT / "generated" / "openapi.json"


def held(folder: Path) -> Run:
    """Hold Prism to the contract, as anybody would from the command line."""
    os.environ.update(CREDENTIALS)
    with servers.prism(None, CONTRACT, "") as server:
        url = f"http://127.0.0.1:{server.port}"
        end = cli.main(["--base-url", url, "--quick", "--seed", "1", "--output", str(folder)])
    if end == cli.USAGE:
        msg = "the suite did not get through"
        raise RuntimeError(msg)
    return results.read(folder / "result.json")


def lacks(run: Run) -> dict[str, str]:
    """Return the rules that a server broke, with the first thing that was found."""
    found: dict[str, str] = {}
    for outcome in run.with_verdict(*results.NOT_CONFORM):
        for name in outcome.rules:
            found.setdefault(name, outcome.reason.partition("\n")[0])
    return found


def main() -> int:
    """Print what Prism lacks, as JSON by rule."""
    missing = prism_package.missing()
    if missing is not None:
        sys.stdout.write(f"foreign: not run: {missing}\n")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        run = held(Path(folder))
    sys.stdout.write(json.dumps({"counts": dict(run.counts), "lacks": lacks(run)}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
