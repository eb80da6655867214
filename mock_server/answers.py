"""From what was decided about a call to its reply, in the vendor's envelope."""

from http import HTTPStatus

from attrs import evolve

from kling_lipsync.contract import Contract
from kling_lipsync.rules import Refusal
from mock_server import render
from mock_server.context import Accepted
from mock_server.faults import staged_refusal
from mock_server.ids import Ids
from mock_server.replies import ReplyCheck
from mock_server.staged import Fault
from mock_server.values import Account, Call, Explanation, Operation, Reply


class Answers:
    """Writes replies; each is checked against the spec where that check is on."""

    def __init__(self, contract: Contract, check: ReplyCheck) -> None:
        self._rulebook = contract.rulebook
        self._check = check
        limits = contract.rulebook.rules["envelope.fields"].limits
        self._longest = int(limits["longest_value_characters"])

    def accepted(
        self, account: Account, ids: Ids, now: int, operation: Operation, outcome: Accepted
    ) -> Reply:
        """Return the reply to an accepted call: HTTP 200, code 0."""
        request_id = ids.request_id()
        body = render.accepted(request_id, outcome.data)
        key, task_id = account.access_key, outcome.task_id
        reply = Reply(200, 0, body, request_id, now, key, operation, task_id)
        return reply if self._check.schemas is None else self._check.reply(reply)

    def refused(
        self, account: Account | None, ids: Ids, now: int, operation: str, refusal: Refusal
    ) -> Reply:
        """Return the reply to a call that a rule refuses."""
        if refusal.code == refusal.rule.code or refusal.rule.code_reading is not None:
            message = render.refusal_message(refusal.rule.message, refusal.finding, self._longest)
        else:
            message = self._rulebook.codes[refusal.code].explanation
        return self._refusal(account, ids, now, operation, refusal, message)

    def staged(self, account: Account, ids: Ids, now: int, operation: str, fault: Fault) -> Reply:
        """Return what somebody asked for instead of a reply; the call takes no effect."""
        if not fault.code:
            return _broken(
                Reply(
                    status=200,
                    code=0,
                    body=b"",
                    request_id=ids.request_id(),
                    now=now,
                    access_key=account.access_key,
                    operation=operation,
                ),
                fault,
            )
        refusal = staged_refusal(self._rulebook, fault)
        message = fault.message or refusal.rule.message
        if not fault.message and (refusal.rule.code != fault.code or "{" in message):
            message = self._rulebook.codes[fault.code].explanation
        reply = self._refusal(account, ids, now, operation, refusal, message, staged=True)
        return evolve(reply, status=fault.http_status or reply.status, fault=fault)

    def struck(self, reply: Reply, account: Account, ids: Ids, fault: Fault) -> Reply:
        """Return what a client gets instead of the reply to a call that took effect."""
        if fault.code and fault.phase == "after":
            staged = self.staged(account, ids, reply.now, reply.operation, fault)
            return evolve(staged, task_id=reply.task_id)
        if fault.transport in ("", "truncate"):
            return evolve(reply, fault=fault)
        return _broken(reply, fault)

    def own_fault(self, call: Call, ids: Ids) -> Reply:
        """Return the reply to a call that our own code failed on: 500/5000."""
        rule = self._rulebook.rules["envelope.server-fault"]
        request_id = ids.request_id()
        return Reply(
            status=self._rulebook.codes[5000].http_status,
            code=5000,
            body=render.refused(request_id, 5000, rule.message),
            request_id=request_id,
            now=call.host_now,
            explanation=Explanation(rule.name, "", "a bug of the mock; see its console", ""),
        )

    def _refusal(  # noqa: PLR0913 - the parts of a refused reply
        self,
        account: Account | None,
        ids: Ids,
        now: int,
        operation: str,
        refusal: Refusal,
        message: str,
        *,
        staged: bool = False,
    ) -> Reply:
        request_id = ids.request_id()
        finding = refusal.finding
        reply = Reply(
            status=self._rulebook.codes[refusal.code].http_status,
            code=refusal.code,
            body=render.refused(request_id, refusal.code, message),
            request_id=request_id,
            now=now,
            access_key="" if account is None else account.access_key,
            operation=operation,
            explanation=Explanation(
                rule=refusal.rule.name,
                field=finding.field,
                value=render.value_text(finding.value),
                nearest=render.value_text(finding.nearest),
                staged=staged,
            ),
        )
        return self._check.reply(reply)


def _broken(reply: Reply, fault: Fault) -> Reply:
    """Return the reply of a gateway that lost the service's, or none at all (status 0)."""
    if fault.transport in ("reset", "stall"):
        return evolve(reply, status=0, body=b"", fault=fault)
    status = HTTPStatus(fault.http_status or HTTPStatus.BAD_GATEWAY)
    title = f"{status.value} {status.phrase}"
    page = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
    )
    return evolve(
        reply, status=status.value, body=page.encode(), content_type=b"text/html", fault=fault
    )
