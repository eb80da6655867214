"""Replies that a mock does not send by itself: what a client must cope with, as files.

They are samples of the contract, changed where the scenario needs it.
"""

import json
from pathlib import Path
from typing import Any

from contract_tests import spec


def written(folder: Path) -> Path:
    """Write task.json, refusal.json and callback.json into a folder; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in (("task", task()), ("refusal", refusal()), ("callback", callback())):
        (folder / f"{name}.json").write_text(json.dumps(body), "utf-8")
    return folder


def task() -> dict[str, Any]:
    """A task with a status and a field that the contract does not have."""
    path = "/v1/videos/advanced-lip-sync/{task_id}"
    sample = _operation(path, "get")["responses"]["200"]["content"]["application/json"]
    body = sample["examples"]["submitted"]["value"]
    return {**body, "data": {**body["data"], "task_status": "queued", "queue_length": 3}}


def refusal() -> dict[str, Any]:
    """A refusal with a code that the contract does not have."""
    shared = _document()["components"]["responses"]["BadRequest"]
    body = shared["content"]["application/json"]["examples"]["code1201"]["value"]
    return {**body, "code": 1999, "message": "a code from the future"}


def callback() -> dict[str, Any]:
    """The sample of a callback that tells that a video is ready."""
    created = _operation("/v1/videos/advanced-lip-sync", "post")
    sent = created["callbacks"]["taskChanged"]["{$request.body#/callback_url}"]["post"]
    sample = sent["requestBody"]["content"]["application/json"]["examples"]["succeed"]
    return dict(sample["value"])


def _document() -> dict[str, Any]:
    return dict(spec.contract().openapi)


def _operation(path: str, method: str) -> dict[str, Any]:
    return dict(_document()["paths"][path][method])
