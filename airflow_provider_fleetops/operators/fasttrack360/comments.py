"""Comments on clients, candidates and job orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.base import task_key
from airflow_provider_fleetops.operators.entry import FleetOpsRemovalOperator
from airflow_provider_fleetops.operators.fasttrack360.base import (
    FastTrack360EntryOperator,
    FastTrack360FieldsOperator,
    FastTrack360Operator,
)
from airflow_provider_fleetops.protocol.errors import empty, is_blank

if TYPE_CHECKING:
    from airflow.sdk import Context


class FastTrack360AddCommentOperator(FastTrack360FieldsOperator):
    """Comment on a client, a candidate or a job order.

    Once per ``operation_key`` and subject: the text ends with a line made of them. The first try posts without a look,
    to save quota; one whose answer was unclear, or whose worker was killed, looks for that line before it posts.
    Returns ``{"comment_id", "action": "created" | "found", "calls"}``.

    :param subject: ``client``, ``candidate`` or ``job_order``.
    :param subject_id: whose comment it is. (templated)
    :param comment: the text; may be a callable that takes the context. Not shown among the rendered fields.
    :param standard_description: one of the agency's standard descriptions, or free text. (templated)
    :param operation_key: your name for this comment; by default this task in this DAG run. (templated)
    :param date: date of the comment, YYYY-MM-DD; the vendor's today by default. (templated)
    """

    sends: ClassVar[Mapping[str, str]] = {
        "comment": "comment",
        "standard_description": "standardDescription",
        "date": "date",
    }
    named: ClassVar[Sequence[str]] = ("subject_id", "operation_key")
    personal_fields: ClassVar[Sequence[str]] = ("comment",)
    guarantee: ClassVar[str] = "effectively once"
    calls: ClassVar[str] = "1; after an unclear outcome 1 more to look"

    def __init__(
        self,
        *,
        subject: str,
        subject_id: int | str,
        comment: Any,
        standard_description: str | None = None,
        operation_key: str | None = None,
        date: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.subject = subject
        self.subject_id = subject_id
        self.comment = comment
        self.standard_description = standard_description
        self.operation_key = operation_key
        self.date = date

    def act(self, context: Context) -> dict[str, Any]:
        from airflow_provider_fleetops.vendors.fasttrack360.flows import marker

        key = self.operation_key if self.operation_key is not None else task_key(context)
        result: dict[str, Any] = self.hook.add_comment(
            self.subject,
            self.subject_id,
            self.fields(),
            marker=marker(key, self.subject, self.subject_id),
            look_first=context["ti"].try_number > 1,
        )
        self.log.info("Comment %s %s with %d calls", result["comment_id"], result["action"], result["calls"])
        return result


class FastTrack360ChangeCommentOperator(FastTrack360EntryOperator):
    """Change a comment on a client; on others FastTrack360 has no entry for it.

    The line at its end, by which the adding task recognises it, goes with the old text: that task's retry and its
    re-run know it by their ledger still. Returns ``digest``, and ``id`` and ``date`` of the changed comment.

    :param client_id: whose comment it is. (templated)
    :param comment_id: the comment's number. (templated)
    :param comment: the new text; may be a callable that takes the context. Not shown among the rendered fields.
    :param standard_description: one of the agency's standard descriptions, or free text. (templated)
    :param date: date of the comment, YYYY-MM-DD. (templated)
    :param output_path: an ``ObjectStoragePath`` for the whole comment. (templated)
    """

    entry: ClassVar[str] = "client_comment.update"
    takes: ClassVar[Mapping[str, str]] = {"client_id": "client_id", "comment_id": "comment_id"}
    sends: ClassVar[Mapping[str, str]] = FastTrack360AddCommentOperator.sends
    returns: ClassVar[Sequence[str]] = ("id", "date")
    personal_fields: ClassVar[Sequence[str]] = ("comment",)
    guarantee: ClassVar[str] = "idempotent"
    calls: ClassVar[str] = "1"

    def __init__(
        self,
        *,
        client_id: int | str,
        comment_id: int | str,
        comment: Any,
        standard_description: str | None = None,
        date: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.client_id = client_id
        self.comment_id = comment_id
        self.comment = comment
        self.standard_description = standard_description
        self.date = date

    def act(self, context: Context) -> Any:
        if is_blank(self.personal("comment")):
            raise empty("comment")
        return super().act(context)


class FastTrack360RemoveCommentOperator(FastTrack360EntryOperator, FleetOpsRemovalOperator):
    """Remove a comment from a client; on others FastTrack360 has no entry for it.

    Returns ``removed`` and ``already``: it was not there any more.

    :param client_id: whose comment it is. (templated)
    :param comment_id: the comment's number. (templated)
    """

    entry: ClassVar[str] = "client_comment.delete"
    takes: ClassVar[Mapping[str, str]] = {"client_id": "client_id", "comment_id": "comment_id"}
    options: ClassVar[Sequence[str]] = ()
    guarantee: ClassVar[str] = "idempotent"
    calls: ClassVar[str] = "1"

    def __init__(self, *, client_id: int | str, comment_id: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.client_id = client_id
        self.comment_id = comment_id

    def act(self, context: Context) -> Any:
        return self.removed()


class FastTrack360ListCommentsOperator(FastTrack360Operator):
    """Read the comments on a client, a candidate or a job order.

    Returns a list with each one's id, date and time of creation. The texts go to ``output_path`` alone, as JSON Lines.

    :param subject: ``client``, ``candidate`` or ``job_order``.
    :param subject_id: whose comments. (templated)
    :param output_path: an ``ObjectStoragePath`` for the whole comments. (templated)
    """

    template_fields: Sequence[str] = ("subject_id", "output_path", "fasttrack360_conn_id")
    calls: ClassVar[str] = "1 for each 100 rows"

    def __init__(self, *, subject: str, subject_id: int | str, output_path: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.subject = subject
        self.subject_id = subject_id
        self.output_path = output_path

    def act(self, context: Context) -> Any:
        from airflow_provider_fleetops.operators.output import hand_over

        rows = self.hook.comments(self.subject, self.subject_id)
        return hand_over(rows, ("id", "date", "createdAt"), self.output_path)
