"""The verb that makes a token by itself, without asking anybody."""

import time

from kling_lipsync.cli.command import Command
from kling_lipsync.cli.exits import UsageError
from kling_lipsync.client.credentials import find_credentials
from kling_lipsync.client.tokens import LIFE_S, mint


def token(command: Command) -> int:
    """Print a token, on this machine's clock; raise UsageError for an API key, which is one."""
    credentials = find_credentials()
    if credentials.api_key:
        msg = "KLING_API_KEY is set: it is sent as it is, and no token is made of it"
        raise UsageError(msg)
    now = time.time()
    made = mint(credentials, now)
    command.screen.result(made, {"token": made, "expires_at": (int(now) + LIFE_S) * 1000})
    return 0
