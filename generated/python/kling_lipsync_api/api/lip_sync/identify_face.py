# Generated from spec/openapi.yaml by openapi-python-client 0.29.1; do not edit: make client.
from typing import Any

from ...client import AuthenticatedClient
from ...errors import read_reply
from ...models.identified_faces_envelope import IdentifiedFacesEnvelope
from ...models.identify_input import IdentifyInput
from ...types import Response


def _get_kwargs(
    *,
    body: IdentifyInput,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/videos/identify-face",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: IdentifyInput,
) -> Response[IdentifiedFacesEnvelope]:
    """Identify the faces in a video

    Looks for faces in one video and opens a session for it. The answer comes at once; no task is made.

    Args:
        body (IdentifyInput): The video to look into. Fill exactly one of `video_id` and
            `video_url`.

    Raises:
        errors.ApiError: If the service refuses the call.
        errors.UnexpectedReply: If the reply is not what the service is documented to send.
        httpx.HTTPError: If there is no reply, for example httpx.TimeoutException after the client's timeout.

    Returns:
        Response[IdentifiedFacesEnvelope]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return read_reply(response, IdentifiedFacesEnvelope.from_dict)


def sync(
    *,
    client: AuthenticatedClient,
    body: IdentifyInput,
) -> IdentifiedFacesEnvelope:
    """Identify the faces in a video

    Looks for faces in one video and opens a session for it. The answer comes at once; no task is made.

    Args:
        body (IdentifyInput): The video to look into. Fill exactly one of `video_id` and
            `video_url`.

    Raises:
        errors.ApiError: If the service refuses the call.
        errors.UnexpectedReply: If the reply is not what the service is documented to send.
        httpx.HTTPError: If there is no reply, for example httpx.TimeoutException after the client's timeout.

    Returns:
        IdentifiedFacesEnvelope
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: IdentifyInput,
) -> Response[IdentifiedFacesEnvelope]:
    """Identify the faces in a video

    Looks for faces in one video and opens a session for it. The answer comes at once; no task is made.

    Args:
        body (IdentifyInput): The video to look into. Fill exactly one of `video_id` and
            `video_url`.

    Raises:
        errors.ApiError: If the service refuses the call.
        errors.UnexpectedReply: If the reply is not what the service is documented to send.
        httpx.HTTPError: If there is no reply, for example httpx.TimeoutException after the client's timeout.

    Returns:
        Response[IdentifiedFacesEnvelope]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return read_reply(response, IdentifiedFacesEnvelope.from_dict)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: IdentifyInput,
) -> IdentifiedFacesEnvelope:
    """Identify the faces in a video

    Looks for faces in one video and opens a session for it. The answer comes at once; no task is made.

    Args:
        body (IdentifyInput): The video to look into. Fill exactly one of `video_id` and
            `video_url`.

    Raises:
        errors.ApiError: If the service refuses the call.
        errors.UnexpectedReply: If the reply is not what the service is documented to send.
        httpx.HTTPError: If there is no reply, for example httpx.TimeoutException after the client's timeout.

    Returns:
        IdentifiedFacesEnvelope
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
