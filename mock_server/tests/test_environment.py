"""The printed variables are the only change, in each form that programs read."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from attrs import asdict, evolve

from mock_server.environment import FORMATS, PRELOAD, print_environment, variables
from mock_server.settings import SettingsError, settings_from
from mock_server.tests.receivers import answering, receiving, unused_port
from mock_server.tests.test_access import ACCESS

AWKWARD = {"A": "plain", "B": 'it\'s "so" $HOME `x` \\ | #', "C": '{"a":["b",1]}'}


def test_proxy_variables_come_in_both_cases() -> None:
    """Programs differ in which they read; loopback is reached directly."""
    given = variables(ACCESS, {"NO_PROXY": "*"})

    for name in ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"):
        assert given[name] == "http://127.0.0.1:8888"
    assert given["NO_PROXY"] == given["no_proxy"] == "localhost,127.0.0.1,::1"


@pytest.mark.parametrize(
    "name", ["CURL_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"]
)
def test_every_program_is_told_the_ca_file(name: str) -> None:
    """Curl, OpenSSL, requests and Node each have a variable of their own."""
    assert variables(ACCESS, {})[name] == ACCESS.ca_file


def test_node_is_told_the_preload_and_its_routes() -> None:
    """Nothing about the vendor or the mock is in the preload itself."""
    given = variables(ACCESS, {"NODE_OPTIONS": "--max-old-space-size=99"})

    assert given["NODE_OPTIONS"] == f"--max-old-space-size=99 --require {PRELOAD}"
    assert json.loads(given["LIPSYNC_TWIN_ROUTES"]) == {
        "api.vendor.test:443": ["127.0.0.1", 8443],
        "api.vendor.test:80": ["127.0.0.1", 8787],
        "api-2.vendor.test:443": ["127.0.0.1", 8443],
        "api-2.vendor.test:80": ["127.0.0.1", 8787],
    }
    assert "klingai" not in PRELOAD.read_text("utf-8")


def test_java_is_told_proxy_and_trust_store() -> None:
    """As system properties; a path with spaces in quotes."""
    options = variables(ACCESS, {})["JAVA_TOOL_OPTIONS"].split(" -D")

    assert "https.proxyHost=127.0.0.1" in options
    assert "https.proxyPort=8888" in options
    assert f'javax.net.ssl.trustStore="{ACCESS.trust_store}"' in options
    assert "javax.net.ssl.trustStoreType=PKCS12" in options


@pytest.mark.parametrize("name", ["NODE_OPTIONS", "JAVA_TOOL_OPTIONS"])
def test_evaluating_twice_adds_nothing(name: str) -> None:
    """What another program wanted there is kept, what we wanted is there once."""
    once = variables(ACCESS, {name: "--other"})

    assert variables(ACCESS, once) == once
    assert once[name].startswith("--other ")


def test_the_variables_do_not_stop_a_next_mock() -> None:
    """A shell that evaluated them can start the server: none is taken for a setting."""
    assert settings_from([], variables(ACCESS, {})) == settings_from([], {})


def test_a_mock_without_a_proxy_has_no_variables() -> None:
    """The remedy is told."""
    with pytest.raises(SettingsError, match="lipsync-mock --proxy"):
        variables(evolve(ACCESS, proxy=None), {})


def test_a_shell_reads_what_is_printed_for_it() -> None:
    """Every character of a value arrives."""
    script = FORMATS["sh"](AWKWARD) + "env"
    done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - ours

    assert {f"{name}={value}" for name, value in AWKWARD.items()} <= set(done.stdout.splitlines())


def test_json_is_an_object() -> None:
    """For programs that start programs."""
    assert json.loads(FORMATS["json"](AWKWARD)) == AWKWARD


def test_powershell_reads_what_is_printed_for_it() -> None:
    """In single quotes nothing has a meaning but the quote, which is doubled."""
    assert FORMATS["powershell"]({"A": "it's $x"}) == "$Env:A = 'it''s $x'\n"


def test_dotenv_holds_every_real_value(tmp_path: Path) -> None:
    """Node's own reader of such files, where there is one, finds the values again."""
    given = variables(ACCESS, {})
    (tmp_path / ".env").write_text(FORMATS["dotenv"](given), "utf-8")

    assert FORMATS["dotenv"]({"A": "a b"}) == "A='a b'\n"
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    code = "console.log(JSON.stringify(process.env))"
    command = ["node", f"--env-file={tmp_path / '.env'}", "-e", code]
    clean = {"PATH": "/usr/bin:/bin", "NODE_OPTIONS": ""}
    done = subprocess.run(command, env=clean, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    read = json.loads(done.stdout)
    assert {name: read[name] for name in given if name != "NODE_OPTIONS"} == {
        name: value for name, value in given.items() if name != "NODE_OPTIONS"
    }


def test_a_running_mock_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    """By its control API, with the control token if there is one."""
    health = json.dumps({"access": asdict(ACCESS)}).encode()
    with receiving(answering(200, health)) as mock:
        port = mock.url.rpartition(":")[2]
        environment = {"LIPSYNC_MOCK_CONTROL_TOKEN": "t", "LIPSYNC_MOCK_PORT": port}
        code = print_environment(["--format", "json"], environment)

    assert code == 0
    assert json.loads(capsys.readouterr().out) == variables(ACCESS, {})
    assert mock.got[0][:2] == ("GET", "/__mock__/health")
    assert mock.headers[0]["Authorization"] == "Bearer t"


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, b'{"access": null}', "was started without --proxy"),
        (200, b'{"status": "ok"}', "no lip-sync mock of this version"),
        (200, b"<html>", "no lip-sync mock of this version"),
        (403, b'{"error": "loopback only"}', "answers 403: loopback only"),
    ],
)
def test_another_answer_fails_what_evaluates_it(
    status: int, body: bytes, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, one line, and `false` for the shell."""
    with receiving(answering(status, body)) as mock:
        code = print_environment(["--port", mock.url.rpartition(":")[2]], {})

    told = capsys.readouterr()
    assert (code, told.out) == (2, "false\n")
    assert words in told.err
    assert told.err.count("\n") == 1


def test_no_mock_is_told_after_the_wait(capsys: pytest.CaptureFixture[str]) -> None:
    """With the address that was asked, and what to start."""
    port = unused_port()
    code = print_environment([f"--port={port}", "--wait=0.2", "--format=json"], {})

    told = capsys.readouterr()
    assert (code, told.out) == (2, "")
    assert f"no mock answers at http://127.0.0.1:{port}" in told.err
