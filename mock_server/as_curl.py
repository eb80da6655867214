"""A journal entry as a curl command, ready for a POSIX shell; the token is `$TOKEN`."""

import base64
import shlex

from mock_server.journal import Entry
from mock_server.journal_text import REDACTED

_GLOBBED = frozenset("[]{}")


def curl(entry: Entry) -> str:
    """Return the command that sends an entry again, with a comment where its body was cut."""
    url = entry.base_url + entry.raw_path.decode("latin-1")
    if entry.query:
        url += f"?{entry.query}"
    words = ["curl", "-sS"]
    if _GLOBBED & set(url):
        words.append("-g")
    if "/." in url:
        words.append("--path-as-is")
    words += ["--head"] if entry.method == "HEAD" else ["-X", shlex.quote(entry.method)]
    words.append(shlex.quote(url))
    if entry.credential is not None:
        scheme = "" if entry.credential.scheme == REDACTED else f"{entry.credential.scheme} "
        words.append(f'-H "Authorization: {scheme}$TOKEN"')
    if entry.content_type is not None:
        words.append("-H " + shlex.quote(f"Content-Type: {entry.content_type}"))
    command = " ".join(words)
    if entry.body:
        command = _with_body(command, entry.body)
    if entry.body_bytes > len(entry.body):
        return f"# the body had {entry.body_bytes} bytes; what is here was cut\n{command}\n"
    return command + "\n"


def _with_body(command: str, body: bytes) -> str:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" not in text:
        return f"{command} --data-binary {shlex.quote(text)}"
    encoded = base64.b64encode(body).decode()
    return f"printf %s {encoded} | base64 -d | {command} --data-binary @-"
