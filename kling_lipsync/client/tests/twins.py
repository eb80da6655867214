"""How the blocking client is written: it is the awaited one, word by word."""

import re

WORDS = {
    "AsyncLipSync": "LipSync",
    "AsyncDriver": "SyncDriver",
    "AsyncIterator": "Iterator",
    "AsyncBaseTransport": "BaseTransport",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "aclose": "close",
    "The client to await: its verbs carried out in the running asyncio loop.": (
        "The blocking client: its verbs carried out in the calling thread."
    ),
}


def blocking(awaited: str) -> str:
    """Return the text of sync_client.py that belongs to a text of async_client.py."""
    text = re.sub(r"\b(?:await|async) ", "", awaited)
    for word, twin in WORDS.items():
        text = text.replace(word, twin)
    return text
