# Generated from spec/openapi.yaml by openapi-python-client 0.29.1; do not edit: make client.
from typing import Any

from ...client import AuthenticatedClient
from ...errors import read_reply
from ...models.task_list_envelope import TaskListEnvelope
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    page_num: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["pageNum"] = page_num

    params["pageSize"] = page_size

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/videos/advanced-lip-sync",
        "params": params,
    }

    return _kwargs


def sync_detailed(
    *,
    client: AuthenticatedClient,
    page_num: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
) -> Response[TaskListEnvelope]:
    """List lip-sync tasks

    Answers one page of the account's lip-sync tasks. There is no total: a page that is not full is the
    last one, and a page past the end is empty.

    Args:
        page_num (int | Unset): Which page, counted from 1. The service takes 1 if it is left out.
        page_size (int | Unset): How many tasks a page holds. The service takes 30 if it is left
            out.

    Raises:
        errors.ApiError: If the service refuses the call.
        errors.UnexpectedReply: If the reply is not what the service is documented to send.
        httpx.HTTPError: If there is no reply, for example httpx.TimeoutException after the client's timeout.

    Returns:
        Response[TaskListEnvelope]
    """

    kwargs = _get_kwargs(
        page_num=page_num,
        page_size=page_size,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return read_reply(response, TaskListEnvelope.from_dict)


def sync(
    *,
    client: AuthenticatedClient,
    page_num: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
) -> TaskListEnvelope:
    """List lip-sync tasks

    Answers one page of the account's lip-sync tasks. There is no total: a page that is not full is the
    last one, and a page past the end is empty.

    Args:
        page_num (int | Unset): Which page, counted from 1. The service takes 1 if it is left out.
        page_size (int | Unset): How many tasks a page holds. The service takes 30 if it is left
            out.

    Raises:
        errors.ApiError: If the service refuses the call.
        errors.UnexpectedReply: If the reply is not what the service is documented to send.
        httpx.HTTPError: If there is no reply, for example httpx.TimeoutException after the client's timeout.

    Returns:
        TaskListEnvelope
    """

    return sync_detailed(
        client=client,
        page_num=page_num,
        page_size=page_size,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    page_num: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
) -> Response[TaskListEnvelope]:
    """List lip-sync tasks

    Answers one page of the account's lip-sync tasks. There is no total: a page that is not full is the
    last one, and a page past the end is empty.

    Args:
        page_num (int | Unset): Which page, counted from 1. The service takes 1 if it is left out.
        page_size (int | Unset): How many tasks a page holds. The service takes 30 if it is left
            out.

    Raises:
        errors.ApiError: If the service refuses the call.
        errors.UnexpectedReply: If the reply is not what the service is documented to send.
        httpx.HTTPError: If there is no reply, for example httpx.TimeoutException after the client's timeout.

    Returns:
        Response[TaskListEnvelope]
    """

    kwargs = _get_kwargs(
        page_num=page_num,
        page_size=page_size,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return read_reply(response, TaskListEnvelope.from_dict)


async def asyncio(
    *,
    client: AuthenticatedClient,
    page_num: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
) -> TaskListEnvelope:
    """List lip-sync tasks

    Answers one page of the account's lip-sync tasks. There is no total: a page that is not full is the
    last one, and a page past the end is empty.

    Args:
        page_num (int | Unset): Which page, counted from 1. The service takes 1 if it is left out.
        page_size (int | Unset): How many tasks a page holds. The service takes 30 if it is left
            out.

    Raises:
        errors.ApiError: If the service refuses the call.
        errors.UnexpectedReply: If the reply is not what the service is documented to send.
        httpx.HTTPError: If there is no reply, for example httpx.TimeoutException after the client's timeout.

    Returns:
        TaskListEnvelope
    """

    return (
        await asyncio_detailed(
            client=client,
            page_num=page_num,
            page_size=page_size,
        )
    ).parsed
