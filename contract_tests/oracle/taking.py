"""What the model takes from an accepted call, and what it holds the answer against."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from urllib.parse import parse_qsl, unquote

from contract_tests.callers import TASKS, Fields
from contract_tests.exchanges import Exchange
from contract_tests.oracle import judge, media, told
from contract_tests.oracle.account import Account
from contract_tests.oracle.world import CALL, REASON, Named, Session, Task


def identify(account: Account, _path: str, fields: Fields, exchange: Exchange) -> None:
    """Take a session from an accepted identify call."""
    world = account.world
    world.calls += 1
    if account.struck:
        return
    data = exchange.data
    name = fields.get("video_id", "")
    video = world.named[name].medium if name else media.read(fields["video_url"])
    if video is None:
        return
    url = "" if name else fields["video_url"]
    faces = [(one["face_id"], one["start_time"], one["end_time"]) for one in data["face_data"]]
    due = [(face.face_id, face.start, face.end) for face in video.faces]
    account.expect("identify.face-interval", holds=faces == due, fault=f"due are the faces {due}")
    paid = Decimal(data["final_unit_deduction"]) == CALL
    account.expect("billing.identify-price", holds=paid, fault=f"due are {CALL} units")
    fresh = data["session_id"] not in world.sessions
    account.expect("identify.reply", holds=fresh, fault="the session was given before")
    opened = Session(data["session_id"], world.now, video, url, name)
    world.sessions[opened.session_id] = opened


def create(account: Account, _path: str, fields: Fields, exchange: Exchange) -> None:
    """Take a task from an accepted create call."""
    world, session = account.world, account.world.sessions[fields["session_id"]]
    sound = judge.heard(world, fields["face_choose"][0])
    blocked = session.video.blocked or (sound is not None and sound.blocked)
    failure, account.next_failure = account.next_failure or (REASON if blocked else ""), ""
    name = fields.get("external_task_id", "")
    asked = bool(fields.get("watermark_info", {}).get("enabled", False))
    callback = fields.get("callback_url", "")
    task = Task("", name, session, world.now, world.pace, asked, failure, callback)
    world.tasks.append(task)
    if account.struck:
        return
    task.task_id = exchange.data["task_id"]
    info: Fields = {"external_task_id": name} if name else {}
    instants = {"created_at": world.now, "updated_at": world.now}
    due = {"task_id": task.task_id, "task_status": "submitted", "task_info": info, **instants}
    plain = {"task_info": {}, **exchange.data} == due
    account.expect("create.reply", holds=plain, fault=f"due is {due}")
    known = [one.task_id for one in world.tasks[:-1]]
    unique = task.task_id not in known
    account.expect("create.reply", holds=unique, fault="the task_id was given before")


def get(account: Account, path: str, _fields: Fields, exchange: Exchange) -> None:
    """Hold the answer of a single query."""
    task = account.world.found(name_of(path))
    if task is not None:
        look(account, task, exchange.data)


def page(account: Account, path: str, _fields: Fields, exchange: Exchange) -> None:
    """Hold a page."""
    query = query_of(path)
    page = account.world.page(int(query.get("pageNum") or 1), int(query.get("pageSize") or 30))
    count = len(exchange.data)
    account.expect("list.pages", holds=count == len(page), fault=f"due are {len(page)} items")
    for task, item in zip(page, exchange.data, strict=True):
        look(account, task, item)


def look(account: Account, task: Task, item: Fields) -> None:
    """Hold a told task against the model and against all that was told of it."""
    task.task_id = task.task_id or item["task_id"]
    same = item["task_id"] == task.task_id
    account.expect("get.either-id", holds=same, fault=f"the task is not {task.task_id}")
    account.hold(told.faults(task, account.world.now, item))
    account.hold(told.flagged(task, item))
    account.hold(account.memory.faults(item))
    for video in item.get("task_result", {}).get("videos", []):
        account.world.named.setdefault(video["id"], Named(task.session.video, task.ended_at))


def query_of(path: str) -> dict[str, str]:
    """Return the parameters of a path; an empty one is none, and of several the first counts."""
    return dict(reversed(parse_qsl(path.partition("?")[2])))


def name_of(path: str) -> str:
    """Return the id in the path of a single query."""
    return unquote(path.removeprefix(f"{TASKS}/"))


Taker = Callable[[Account, str, Fields, Exchange], None]
TAKERS: Mapping[str, Taker] = MappingProxyType(
    {"identify": identify, "create": create, "get": get, "list": page}
)
