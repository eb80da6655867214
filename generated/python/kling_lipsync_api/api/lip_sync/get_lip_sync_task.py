# Generated from spec/openapi.yaml by openapi-python-client 0.29.1; do not edit: make client.
from typing import Any

from ...client import AuthenticatedClient
from ...errors import read_reply
from ...models.task_envelope import TaskEnvelope
from ...types import Response, path_segment


def _get_kwargs(
    task_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": f"/v1/videos/advanced-lip-sync/{path_segment(task_id)}",
    }

    return _kwargs


def sync_detailed(
    task_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[TaskEnvelope]:
    """Query one lip-sync task

    Answers what is known of a task now. A task that failed is an accepted query: HTTP 200, code 0, and
    the reason in `task_status_msg`.

    Args:
        task_id (str): The `task_id` that the service gave, or the `external_task_id` that the
            caller gave, percent-encoded. Give the plain text; it is encoded here.

    Raises:
        errors.ApiError: If the service refuses the call.
        errors.UnexpectedReply: If the reply is not what the service is documented to send.
        httpx.HTTPError: If there is no reply, for example httpx.TimeoutException after the client's timeout.

    Returns:
        Response[TaskEnvelope]
    """

    kwargs = _get_kwargs(
        task_id=task_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return read_reply(response, TaskEnvelope.from_dict)


def sync(
    task_id: str,
    *,
    client: AuthenticatedClient,
) -> TaskEnvelope:
    """Query one lip-sync task

    Answers what is known of a task now. A task that failed is an accepted query: HTTP 200, code 0, and
    the reason in `task_status_msg`.

    Args:
        task_id (str): The `task_id` that the service gave, or the `external_task_id` that the
            caller gave, percent-encoded. Give the plain text; it is encoded here.

    Raises:
        errors.ApiError: If the service refuses the call.
        errors.UnexpectedReply: If the reply is not what the service is documented to send.
        httpx.HTTPError: If there is no reply, for example httpx.TimeoutException after the client's timeout.

    Returns:
        TaskEnvelope
    """

    return sync_detailed(
        task_id=task_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    task_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[TaskEnvelope]:
    """Query one lip-sync task

    Answers what is known of a task now. A task that failed is an accepted query: HTTP 200, code 0, and
    the reason in `task_status_msg`.

    Args:
        task_id (str): The `task_id` that the service gave, or the `external_task_id` that the
            caller gave, percent-encoded. Give the plain text; it is encoded here.

    Raises:
        errors.ApiError: If the service refuses the call.
        errors.UnexpectedReply: If the reply is not what the service is documented to send.
        httpx.HTTPError: If there is no reply, for example httpx.TimeoutException after the client's timeout.

    Returns:
        Response[TaskEnvelope]
    """

    kwargs = _get_kwargs(
        task_id=task_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return read_reply(response, TaskEnvelope.from_dict)


async def asyncio(
    task_id: str,
    *,
    client: AuthenticatedClient,
) -> TaskEnvelope:
    """Query one lip-sync task

    Answers what is known of a task now. A task that failed is an accepted query: HTTP 200, code 0, and
    the reason in `task_status_msg`.

    Args:
        task_id (str): The `task_id` that the service gave, or the `external_task_id` that the
            caller gave, percent-encoded. Give the plain text; it is encoded here.

    Raises:
        errors.ApiError: If the service refuses the call.
        errors.UnexpectedReply: If the reply is not what the service is documented to send.
        httpx.HTTPError: If there is no reply, for example httpx.TimeoutException after the client's timeout.

    Returns:
        TaskEnvelope
    """

    return (
        await asyncio_detailed(
            task_id=task_id,
            client=client,
        )
    ).parsed
