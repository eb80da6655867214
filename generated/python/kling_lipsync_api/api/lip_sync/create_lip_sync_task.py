# Generated from spec/openapi.yaml by openapi-python-client 0.29.1; do not edit: make client.
from typing import Any

from ...client import AuthenticatedClient
from ...errors import read_reply
from ...models.create_task_input import CreateTaskInput
from ...models.created_task_envelope import CreatedTaskEnvelope
from ...types import Response


def _get_kwargs(
    *,
    body: CreateTaskInput,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/videos/advanced-lip-sync",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateTaskInput,
) -> Response[CreatedTaskEnvelope]:
    """Create a lip-sync task

    Starts a task that makes one face of a session speak a part of a sound.

    Args:
        body (CreateTaskInput): One face of a session, and what it shall say.

    Raises:
        errors.ApiError: If the service refuses the call.
        errors.UnexpectedReply: If the reply is not what the service is documented to send.
        httpx.HTTPError: If there is no reply, for example httpx.TimeoutException after the client's timeout.

    Returns:
        Response[CreatedTaskEnvelope]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return read_reply(response, CreatedTaskEnvelope.from_dict)


def sync(
    *,
    client: AuthenticatedClient,
    body: CreateTaskInput,
) -> CreatedTaskEnvelope:
    """Create a lip-sync task

    Starts a task that makes one face of a session speak a part of a sound.

    Args:
        body (CreateTaskInput): One face of a session, and what it shall say.

    Raises:
        errors.ApiError: If the service refuses the call.
        errors.UnexpectedReply: If the reply is not what the service is documented to send.
        httpx.HTTPError: If there is no reply, for example httpx.TimeoutException after the client's timeout.

    Returns:
        CreatedTaskEnvelope
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateTaskInput,
) -> Response[CreatedTaskEnvelope]:
    """Create a lip-sync task

    Starts a task that makes one face of a session speak a part of a sound.

    Args:
        body (CreateTaskInput): One face of a session, and what it shall say.

    Raises:
        errors.ApiError: If the service refuses the call.
        errors.UnexpectedReply: If the reply is not what the service is documented to send.
        httpx.HTTPError: If there is no reply, for example httpx.TimeoutException after the client's timeout.

    Returns:
        Response[CreatedTaskEnvelope]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return read_reply(response, CreatedTaskEnvelope.from_dict)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: CreateTaskInput,
) -> CreatedTaskEnvelope:
    """Create a lip-sync task

    Starts a task that makes one face of a session speak a part of a sound.

    Args:
        body (CreateTaskInput): One face of a session, and what it shall say.

    Raises:
        errors.ApiError: If the service refuses the call.
        errors.UnexpectedReply: If the reply is not what the service is documented to send.
        httpx.HTTPError: If there is no reply, for example httpx.TimeoutException after the client's timeout.

    Returns:
        CreatedTaskEnvelope
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
