# Generated from spec/openapi.yaml by openapi-python-client 0.29.1; do not edit: make client.
"""Contains all the data models used in inputs/outputs"""

from .balance_deduction import BalanceDeduction
from .callback_image import CallbackImage
from .callback_payload import CallbackPayload
from .callback_result import CallbackResult
from .callback_video import CallbackVideo
from .create_task_input import CreateTaskInput
from .created_task import CreatedTask
from .created_task_envelope import CreatedTaskEnvelope
from .created_task_info import CreatedTaskInfo
from .error_envelope import ErrorEnvelope
from .face import Face
from .face_choice import FaceChoice
from .identified_faces import IdentifiedFaces
from .identified_faces_envelope import IdentifiedFacesEnvelope
from .identify_input import IdentifyInput
from .parent_video import ParentVideo
from .result_video import ResultVideo
from .service_code import ServiceCode
from .task import Task
from .task_envelope import TaskEnvelope
from .task_info import TaskInfo
from .task_list_envelope import TaskListEnvelope
from .task_result import TaskResult
from .task_status import TaskStatus
from .watermark_info import WatermarkInfo

__all__ = (
    "BalanceDeduction",
    "CallbackImage",
    "CallbackPayload",
    "CallbackResult",
    "CallbackVideo",
    "CreatedTask",
    "CreatedTaskEnvelope",
    "CreatedTaskInfo",
    "CreateTaskInput",
    "ErrorEnvelope",
    "Face",
    "FaceChoice",
    "IdentifiedFaces",
    "IdentifiedFacesEnvelope",
    "IdentifyInput",
    "ParentVideo",
    "ResultVideo",
    "ServiceCode",
    "Task",
    "TaskEnvelope",
    "TaskInfo",
    "TaskListEnvelope",
    "TaskResult",
    "TaskStatus",
    "WatermarkInfo",
)
