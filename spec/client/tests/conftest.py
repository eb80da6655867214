"""What the tests of the client share: the spec, and a way to make each call in both colours."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from kling_lipsync_api import AuthenticatedClient
from kling_lipsync_api.types import Response

ROOT = Path(__file__).parents[3]
ADDRESS = "https://api.example.com"


@pytest.fixture(scope="session")
def spec() -> dict[str, Any]:
    """Return spec/openapi.yaml, parsed."""
    document: dict[str, Any] = yaml.safe_load((ROOT / "spec" / "openapi.yaml").read_bytes())
    return document


@pytest.fixture
def client() -> AuthenticatedClient:
    """Return a client of an address that does not exist."""
    return AuthenticatedClient(ADDRESS, token="s3cret")


@pytest.fixture(params=["sync", "asyncio"])
def call(request: pytest.FixtureRequest, client: AuthenticatedClient) -> Callable[..., Any]:
    """Return a function that makes a call, blocking in one run and awaiting in the other."""

    def call_sync(
        operation: ModuleType, client: AuthenticatedClient = client, **given: object
    ) -> Response[Any]:
        with client:
            reply: Response[Any] = operation.sync_detailed(client=client, **given)
            return reply

    def call_asyncio(
        operation: ModuleType, client: AuthenticatedClient = client, **given: object
    ) -> Response[Any]:
        async def run() -> Response[Any]:
            async with client:
                reply: Response[Any] = await operation.asyncio_detailed(client=client, **given)
                return reply

        return asyncio.run(run())

    return call_sync if request.param == "sync" else call_asyncio
