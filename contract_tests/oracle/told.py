"""What a reply tells of a task, held against the model and against what was told before."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from attrs import Factory, define

from contract_tests.oracle.world import Task, rank

Told = dict[str, Any]


@define
class Memory:
    """What was told of each task so far."""

    last: dict[str, Told] = Factory(dict)

    def results(self) -> set[str]:
        """Return the tasks of which a result was told."""
        return {name for name, told in self.last.items() if "task_result" in told}

    def faults(self, told: Told) -> Iterator[tuple[str, str]]:
        """Yield rule and fault of what is told now and does not follow what was told before."""
        before = self.last.get(told["task_id"])
        self.last[told["task_id"]] = told
        if before is None:
            return
        was, now = before["task_status"], told["task_status"]
        if rank(now) < rank(was) or (rank(was) == 2 and now != was):
            yield "lifecycle.forward-only", f"status went from {was} to {now}"
        if told["created_at"] != before["created_at"]:
            yield "lifecycle.timestamps", "created_at changed"
        if told["updated_at"] < before["updated_at"]:
            yield "lifecycle.timestamps", "updated_at went back"
        if was == now and told != before:
            yield "lifecycle.forward-only", f"changed without a change of status: {before}"


def faults(task: Task, now: int, told: Told) -> Iterator[tuple[str, str]]:
    """Yield rule and fault of each thing that a told task has otherwise than the model."""
    status = task.status(now)
    facts = (
        ("lifecycle.states", "task_status", status),
        ("lifecycle.timestamps", "created_at", task.created_at),
        ("lifecycle.timestamps", "updated_at", task.updated_at(now)),
        ("lifecycle.failure-reason", "task_status_msg", task.failure if status == "failed" else ""),
    )
    for rule, name, due in facts:
        if told.get(name) != due:
            yield rule, f"{name} is {told.get(name)!r}, due is {due!r}"
    info = told["task_info"]
    if info.get("external_task_id", "") != task.external_id:
        yield "get.reply", f"external_task_id is not {task.external_id!r}"
    yield from _of_parent(task, info["parent_video"])
    yield from _of_result(task, status, told)
    if status == task.end and Decimal(told.get("final_unit_deduction", -1)) != task.price:
        yield "billing.deduction-reported", f"final_unit_deduction is not {task.price}"


def _of_parent(task: Task, parent: Told) -> Iterator[tuple[str, str]]:
    session = task.session
    if Decimal(parent["duration"]) * 1000 != session.video.duration:
        yield "get.reply", f"parent_video.duration is not {session.video.duration} ms"
    if session.url and parent["url"] != session.url:
        yield "get.reply", f"parent_video.url is not {session.url!r}"
    if session.video_id and parent["id"] != session.video_id:
        yield "get.reply", f"parent_video.id is not {session.video_id!r}"


def _of_result(task: Task, status: str, told: Told) -> Iterator[tuple[str, str]]:
    videos = told.get("task_result", {}).get("videos", [])
    if ("task_result" in told, len(videos)) != (status == "succeed", int(status == "succeed")):
        yield "lifecycle.result", f"{len(videos)} results of a task that is {status}"
    for video in videos:
        if Decimal(video["duration"]) * 1000 != task.session.video.duration:
            yield "lifecycle.result-length", f"the result lasts {video['duration']} s"


def flagged(task: Task, told: Told) -> Iterator[tuple[str, str]]:
    """Yield rule and fault of what queries tell beside announcements."""
    if told["watermark_info"] != {"enabled": task.watermark}:
        yield "get.reply", f"watermark_info is not {task.watermark}"
    for video in told.get("task_result", {}).get("videos", []):
        if ("watermark_url" in video) is not task.watermark:
            yield "lifecycle.watermark", f"watermark_url: {task.watermark} was asked for"


def announced(queried: Told) -> Told:
    """Return what an announcement says of a task of which a query at that moment says this."""
    told = {name: value for name, value in queried.items() if name != "watermark_info"}
    if "task_result" in told:
        videos = told["task_result"]["videos"]
        bare = [{k: v for k, v in one.items() if k != "watermark_url"} for one in videos]
        told["task_result"] = {"videos": bare}
    return told
