"""What the raw application has to know of the calls; it imports nothing else of ours."""

from typing import Literal

Operation = Literal["create", "get", "list", "identify", "list of 500", "refused"]
IDENTIFY_PATH = "/v1/videos/identify-face"
TASKS_PATH = "/v1/videos/advanced-lip-sync"
