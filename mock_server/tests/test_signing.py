"""A callback is signed as the Standard Webhooks specification says."""

import base64
import hashlib
import hmac

import pytest
import time_machine
from standardwebhooks import Webhook, WebhookVerificationError

from mock_server.signing import SecretError, read_secret, signature_headers, strange_secret
from mock_server.tests.served import Served

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_the_example_of_the_specification_is_reproduced() -> None:
    """Id, timestamp and body of its own sample give its own signature."""
    headers = signature_headers(
        [SECRET],
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1_614_265_330_999,
        b'{"test": 2432232314}',
    )

    assert headers == (
        ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
        ("webhook-timestamp", "1614265330"),
        ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    )


def test_the_signature_covers_every_part() -> None:
    """Another id, instant, body or secret gives another signature."""
    other = "whsec_" + base64.b64encode(b"another key").decode()
    signatures = {
        signature_headers([secret], name, at, body)[2][1]
        for secret in (SECRET, other)
        for name in ("1", "2")
        for at in (1000, 2000)
        for body in (b"{}", b"[]")
    }

    assert len(signatures) == 16


def test_a_secret_holds_a_key() -> None:
    """The base64 behind its prefix."""
    assert read_secret("whsec_" + base64.b64encode(b"key").decode()) == b"key"


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "abc", "whsec_!", "WHSEC_a2V5", "whsec_a2V", "a2V5"]
)
def test_another_secret_is_refused(secret: str) -> None:
    """With what one looks like, and without the secret."""
    with pytest.raises(SecretError, match="is whsec_ followed by the base64 of the key"):
        read_secret(secret)


def test_the_control_api_refuses_it_too(served: Served) -> None:
    """For a new account and for a change, with status 400."""
    wrong = {"webhook_secret": "abc"}
    replies = [
        served.control("POST", "/accounts", wrong),
        served.control("PATCH", "/accounts/local-access-key", wrong),
    ]

    assert [reply.status_code for reply in replies] == [400, 400]
    assert all("whsec_ followed by" in reply.json()["error"] for reply in replies)


def test_a_receiver_can_check_a_signature() -> None:
    """With nothing but the standard library."""
    ((_, name), (_, stamp), (_, signature)) = signature_headers([SECRET], "1", 5000, b"{}")
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    digest = hmac.new(key, f"{name}.{stamp}.".encode() + b"{}", hashlib.sha256).digest()

    assert signature == "v1," + base64.b64encode(digest).decode()


OLDER = "whsec_" + base64.b64encode(b"the key before the rotation").decode()
AT = 1_770_000_000_000


def _accepts(secret: str, headers: tuple[tuple[str, str], ...], at_ms: int) -> bool:
    """Whether the standard's own verification takes `{}` with these headers at an instant."""
    with time_machine.travel(at_ms / 1000, tick=False):
        try:
            Webhook(secret).verify(b"{}", dict(headers))
        except WebhookVerificationError:
            return False
    return True


def test_the_standards_own_verification_takes_it() -> None:
    """On the clock that stamped it, within its five minutes, and with the right secret alone."""
    headers = signature_headers([SECRET], "1", AT, b"{}")

    assert [_accepts(SECRET, headers, AT + by) for by in (0, 299_000, 301_000, -301_000)] == [
        True,
        True,
        False,
        False,
    ]
    assert not _accepts(OLDER, headers, AT)


def test_a_rotated_secret_is_taken_too() -> None:
    """One signature for each, the newest first; a receiver may know either."""
    headers = signature_headers([SECRET, OLDER], "1", AT, b"{}")
    alone = [dict(signature_headers([one], "1", AT, b"{}")) for one in (SECRET, OLDER)]

    assert _accepts(SECRET, headers, AT)
    assert _accepts(OLDER, headers, AT)
    assert headers[2][1] == " ".join(one["webhook-signature"] for one in alone)


def test_without_secrets_nothing_is_signed() -> None:
    """None of the three headers is there."""
    assert signature_headers([], "1", AT, b"{}") == ()


def test_a_strange_secret_is_nobodys() -> None:
    """It is a secret, another for each id, and verifies nothing that the account's does."""
    headers = signature_headers([strange_secret("1")], "1", AT, b"{}")

    assert strange_secret("1") != strange_secret("2")
    assert not _accepts(SECRET, headers, AT)
    assert _accepts(strange_secret("1"), headers, AT)
