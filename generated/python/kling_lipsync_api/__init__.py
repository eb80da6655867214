# Generated from spec/openapi.yaml by openapi-python-client 0.29.1; do not edit: make client.
"""A client library for accessing Kling lip-sync API"""

from .client import AuthenticatedClient, Client
from .errors import SERVICE_CODES, ApiError, LipSyncApiError, ServiceCodeInfo, UnexpectedReply

__version__ = "1.0.0"

__all__ = (
    "SERVICE_CODES",
    "ApiError",
    "AuthenticatedClient",
    "Client",
    "LipSyncApiError",
    "ServiceCodeInfo",
    "UnexpectedReply",
    "__version__",
)
