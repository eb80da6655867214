"""The command `lipsync-mock env`: the variables that lead unchanged programs to a running mock.

    eval "$(lipsync-mock env)"

Only the mock's own authority is named as trusted: what slips past the proxy can then not speak
to the real service.  Curl, Python, Java and Go obey the proxy; Node before 22 obeys no proxy
variable, so its connections to the vendor's hosts are led by a preload of ours.
"""

import argparse
import http.client
import json
import shlex
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from mock_server.access import Access, Address, access_from, url_of
from mock_server.settings import SettingsError, settings_from

PRELOAD = Path(__file__).parent / "node" / "preload.cjs"
ROUTES_VARIABLE = "LIPSYNC_TWIN_ROUTES"
_DIRECT = "localhost,127.0.0.1,::1"
_RETRY_S = 0.1

Variables = Mapping[str, str]


def variables(access: Access, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables for a mock with a proxy; Node's and Java's own options are kept."""
    if access.proxy is None:
        msg = "the mock was started without --proxy: start it with `lipsync-mock --proxy`"
        raise SettingsError(msg)
    proxy = url_of("http", access.proxy)
    ports = {f"{host}:{port}": led for (host, port), led in access.routes().items()}
    both_cases = {"HTTPS_PROXY": proxy, "HTTP_PROXY": proxy, "NO_PROXY": _DIRECT}
    names = ("CURL_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
    preload = f"--require {_quoted(PRELOAD)}"
    return {
        **both_cases,
        **{name.lower(): value for name, value in both_cases.items()},
        **dict.fromkeys(names, access.ca_file),
        ROUTES_VARIABLE: json.dumps(ports, separators=(",", ":")),
        "NODE_OPTIONS": _appended(environment.get("NODE_OPTIONS", ""), preload),
        "JAVA_TOOL_OPTIONS": _appended(
            environment.get("JAVA_TOOL_OPTIONS", ""), _java(access.proxy, access.trust_store)
        ),
    }


def _java(proxy: Address, trust_store: str) -> str:
    host, port = proxy
    return " ".join(
        [
            *(f"-D{scheme}.proxyHost={host}" for scheme in ("http", "https")),
            *(f"-D{scheme}.proxyPort={port}" for scheme in ("http", "https")),
            "-Dhttp.nonProxyHosts=localhost|127.*|[::1]",
            f"-Djavax.net.ssl.trustStore={_quoted(Path(trust_store))}",
            "-Djavax.net.ssl.trustStoreType=PKCS12",
        ]
    )


def _appended(options: str, ours: str) -> str:
    """Return options with ours behind them, once: the last of two wins."""
    return f"{options.replace(ours, '').strip()} {ours}".strip()


def _quoted(path: Path) -> str:
    """Return a path as NODE_OPTIONS and JAVA_TOOL_OPTIONS read it, spaces and all."""
    text = path.as_posix()
    return f'"{text}"' if " " in text else text


def _sh(given: Variables) -> str:
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in given.items())


def _powershell(given: Variables) -> str:
    quoted = {name: value.replace("'", "''") for name, value in given.items()}
    return "".join(f"$Env:{name} = '{value}'\n" for name, value in quoted.items())


def _json(given: Variables) -> str:
    return json.dumps(given, indent=2) + "\n"


def _dotenv(given: Variables) -> str:
    escaped = {
        name: value.replace("\\", "\\\\").replace("'", "\\'") for name, value in given.items()
    }
    return "".join(f"{name}='{value}'\n" for name, value in escaped.items())


FORMATS: Mapping[str, Callable[[Variables], str]] = {
    "sh": _sh,
    "powershell": _powershell,
    "json": _json,
    "dotenv": _dotenv,
}


def print_environment(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Print the variables and return 0; or say why there are none, and return 2.

    What is evaluated fails then too, so that no program goes on to the real service.
    """
    asked = _parser().parse_args(arguments)
    try:
        settings = settings_from([], environment)
        host = asked.host or settings.host
        port = settings.port if asked.port is None else asked.port
        access = ask((host, port), settings.control_token, asked.wait)
        given = variables(access, environment)
    except SettingsError as error:
        sys.stderr.write(f"lipsync-mock env: {error}\n")
        sys.stdout.write("false\n" if asked.format == "sh" else "")
        return 2
    sys.stdout.write(FORMATS[asked.format](given))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lipsync-mock env",
        description="Print the variables that lead unchanged programs to a running mock.",
        epilog='In a shell: eval "$(lipsync-mock env)"',
    )
    add = parser.add_argument
    add("--host", metavar="HOST", help="address of the mock (default: 127.0.0.1)")
    add("--port", metavar="PORT", type=int, help="plain port of the mock (default: 8787)")
    add("--format", choices=tuple(FORMATS), default="sh", help="how to write them (default: sh)")
    add("--wait", metavar="S", type=float, default=5.0, help="s that it may take to start")
    return parser


def ask(mock: Address, token: str, wait_s: float) -> Access:
    """Ask a running mock how it is reached; raise SettingsError when there is none in time."""
    late = time.monotonic() + wait_s
    while True:
        try:
            return _asked(mock, token)
        except OSError as error:
            if time.monotonic() >= late:
                msg = (
                    f"no mock answers at {url_of('http', mock)}: {error}; start one with "
                    "`lipsync-mock --proxy`, or name it with --port"
                )
                raise SettingsError(msg) from None
            time.sleep(_RETRY_S)


def _asked(mock: Address, token: str) -> Access:
    where = url_of("http", mock)
    connection = http.client.HTTPConnection(*mock, timeout=5)
    try:
        connection.request("GET", "/__mock__/health", headers={"Authorization": f"Bearer {token}"})
        reply = connection.getresponse()
        told = json.loads(reply.read())
        if reply.status != 200:
            msg = f"{where} answers {reply.status}: {told['error']}"
            raise SettingsError(msg)
        if told["access"] is None:
            msg = f"{where} was started without --proxy: start it with `lipsync-mock --proxy`"
            raise SettingsError(msg)
        return access_from(told["access"])
    except (KeyError, TypeError, json.JSONDecodeError, http.client.HTTPException):
        msg = f"what answers at {where} is no lip-sync mock of this version"
        raise SettingsError(msg) from None
    finally:
        connection.close()
