"""From any list of any vendor to a file on object storage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from airflow_provider_fleetops.operators.call import AnyVendorOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class FleetOpsToObjectStorageOperator(AnyVendorOperator):
    """Write a whole list of a vendor to a file, as JSON Lines or Parquet: all pages, all windows of time.

    Rows go through memory page by page. Each page is a file of its own in a folder beside ``path`` (its name begins
    with ``_``) until all are there; then ``path`` appears at once, complete, with each row once. A task that failed,
    was killed or waited for a limit goes on at the page after the last complete one.

    Returns, whatever the list's length: ``path``, ``rows``, ``duplicates`` (left out), ``pages``, ``calls`` (also those
    that a shared answer served), ``digest`` (of the rows), ``cursor`` (None without ``incremental``), ``new_fields``
    and ``missing_fields`` (against the runs before). The same without the two lists is the extra of the asset event of
    a single outlet.

    Incremental: rows that changed since the run before, by the list's modified-since parameter. The cursor is kept in
    the state of the operator's single outlet ``Asset`` (Airflow 3.3), else in the shared state, and moves only when the
    file is complete. Some time before the cursor is asked for again, because vendors' clocks lag; what was delivered
    of that is left out by id and digest. A cleared task reads again from where it had begun.

    :param path: an ``ObjectStoragePath``, for example ``s3://aws_default@bucket/flights/{{ ds }}.jsonl``; a file
        that is there is replaced, a folder refused. Give each run its own when ``incremental``. (templated)
    :param file_format: ``jsonl``, or ``parquet`` (needs ``airflow-provider-fleetops[parquet]``): one column a field,
        objects, lists and fields of mixed types as JSON text.
    :param personal: what becomes of the fields that the vendor's list of personal fields names, at any depth:
        ``drop``; ``hash``, so that equal values stay equal and nobody can look them up; ``keep``.
    :param incremental: only what changed since the run before. A value in ``arguments`` for the list's modified-since
        parameter counts for the first run.
    :param id_field: the field that tells rows apart, of which the last one stays; by default what the catalogue knows.
    """

    template_fields: Sequence[str] = ("fleetops_conn_id", "endpoint", "arguments", "path")
    guarantee: ClassVar[str] = "read"
    calls: ClassVar[str] = "1 a page"
    ui_color = "#dff0e6"

    def __init__(
        self,
        *,
        path: str,
        file_format: Literal["jsonl", "parquet"] = "jsonl",
        personal: Literal["drop", "hash", "keep"] = "drop",
        incremental: bool = False,
        id_field: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.path = path
        self.file_format = file_format
        self.personal_data = personal
        self.incremental = incremental
        self.id_field = id_field

    @property
    def only_reads(self) -> bool:
        """A transfer keeps its place itself, and not what it has read."""
        return False

    def act(self, context: Context) -> dict[str, Any]:
        from airflow.sdk import Asset

        from airflow_provider_fleetops.operators.base import task_key
        from airflow_provider_fleetops.transfers.job import Job, Order

        assets = [outlet for outlet in self.outlets if isinstance(outlet, Asset)]
        asset = assets[0] if len(assets) == 1 else None
        order = Order(
            endpoint=self.endpoint,
            arguments=dict(self.arguments),
            body=self.personal("body"),
            path=self.path,
            file_format=self.file_format,
            personal=self.personal_data,
            incremental=self.incremental,
            id_field=self.id_field,
        )
        states = context.get("asset_state_store")  # Airflow 3.3
        state = states[asset] if states is not None and asset else None
        result = Job(self.hook, order, task_key(context), self._stream(context), state).run()
        if asset:
            plain = {name: value for name, value in result.items() if not isinstance(value, list)}
            context["outlet_events"][asset].extra.update(plain)
        return result

    @staticmethod
    def _stream(context: Context) -> str:
        """What goes on from run to run: this task."""
        return f"{context['ti'].dag_id}/{context['ti'].task_id}"
