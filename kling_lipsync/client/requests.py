"""Requests as httpx sends them, with headers of this client and nothing of a browser's."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx

AGENT = "kling-lipsync"
_KEPT = 256


class _NoCookies(httpx.Cookies):
    """Keeps none: an API has no use for them, and looking for them takes as long as sending."""

    def extract_cookies(self, response: httpx.Response) -> None:
        """Leave the cookies of a response where they are."""


def without_cookies(client: httpx.Client | httpx.AsyncClient) -> None:
    """Make a client keep no cookies."""
    client._cookies = _NoCookies()


class Requests:
    """Writes the requests of one client; the URLs that it asked for last are kept parsed."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._urls: dict[str, httpx.URL] = {}

    def api(
        self, arguments: Mapping[str, Any], authorization: str, limit_s: float
    ) -> httpx.Request:
        """Return a request of the API from the arguments of the generated client."""
        path, query = arguments["url"], arguments.get("params")
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": AGENT,
            "Authorization": authorization,
        }
        content = None
        if "json" in arguments:
            headers["Content-Type"] = "application/json"
            content = _ENCODER.encode(arguments["json"]).encode()
        url = self._url(f"{path}?{urlencode(query)}" if query else path)
        return httpx.Request(
            arguments["method"],
            url,
            headers=headers,
            content=content,
            extensions=_timeouts(limit_s),
        )

    def media(self, url: str, limit_s: float) -> httpx.Request:
        """Return a request of a file, as it is and without credentials."""
        headers = {"Accept-Encoding": "identity", "User-Agent": AGENT}
        return httpx.Request("GET", url, headers=headers, extensions=_timeouts(limit_s))

    def _url(self, target: str) -> httpx.URL:
        url = self._urls.get(target)
        if url is None:
            if len(self._urls) >= _KEPT:
                self._urls.clear()
            url = self._urls[target] = httpx.URL(self._base_url + target)
        return url


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _timeouts(limit_s: float) -> dict[str, Any]:
    return {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), limit_s)}
