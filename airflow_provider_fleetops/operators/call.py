"""One operator for every entry of every catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.base import FleetOpsOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class AnyVendorOperator(FleetOpsOperator):
    """Base of operators that work with any entry of any vendor.

    :param vendor: ``fl3xx``, ``fastrac``, ``fasttrak`` or ``fasttrack360``.
    :param endpoint: the entry's name, for example ``aircraft.schedule``; the connection pages list all.
        (templated)
    :param arguments: path and query parameters. (templated)
    :param body: the JSON body; templated when the task runs, never shown among the rendered fields. May be a callable
        that takes the context.
    :param fleetops_conn_id: the connection; by default the vendor's default connection. (templated)
    """

    template_fields_renderers: ClassVar[dict[str, str]] = {"arguments": "json"}
    personal_fields: ClassVar[Sequence[str]] = ("body",)

    def __init__(
        self,
        *,
        vendor: str,
        endpoint: str,
        arguments: Mapping[str, Any] | None = None,
        body: Any = None,
        fleetops_conn_id: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.vendor = vendor
        self.endpoint = endpoint
        self.arguments = arguments or {}
        self.body = body
        self.fleetops_conn_id = fleetops_conn_id

    @cached_property
    def hook(self) -> Any:
        from airflow_provider_fleetops.hooks.base import hook_for

        return hook_for(self.vendor, self.fleetops_conn_id)


class FleetOpsCallOperator(AnyVendorOperator):
    """Call any catalogue entry of any vendor under its limits.

    The whole answer may hold personal data, so by default only its size and a digest go to XCom; ``output_path`` keeps
    the answer (a list as JSON Lines), ``xcom_keys`` picks plain values of an object, or of each row of a list. An entry
    that must not be repeated is done once per ``operation_key``: a retry, a clear or another run under the same key
    gets the first answer and sends nothing. After an unclear outcome the vendor is asked where it can be; where it
    cannot, the task fails as ``OutcomeUnknown``.

    :param operation_key: your name for what an entry that must not be repeated does, for example an order number; by
        default this task in this DAG run. (templated)
    :param paginate: read all pages of a list entry.
    :param output_path: write the whole answer to this ``ObjectStoragePath``. (templated)
    :param xcom_keys: top-level keys of the answer, or of its rows, to return. (templated)
    """

    template_fields: Sequence[str] = (
        "fleetops_conn_id",
        "endpoint",
        "arguments",
        "operation_key",
        "output_path",
        "xcom_keys",
    )
    guarantee: ClassVar[str] = "as the catalogue entry"
    calls: ClassVar[str] = "1, or 1 a page"
    ui_color = "#dbe9f4"

    def __init__(
        self,
        *,
        operation_key: str | None = None,
        paginate: bool = False,
        output_path: str | None = None,
        xcom_keys: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.operation_key = operation_key
        self.paginate = paginate
        self.output_path = output_path
        self.xcom_keys = xcom_keys

    @property
    def only_reads(self) -> bool:
        """A list of many pages is read by many calls; nothing else here is."""
        return self.paginate

    def act(self, context: Context) -> Any:
        from airflow_provider_fleetops.operators.output import hand_over

        ask = self.hook.rows if self.paginate else partial(self.hook.call, operation_key=self.operation_key)
        answer = ask(self.endpoint, body=self.personal("body"), **self.arguments)
        return hand_over(answer, self.xcom_keys, self.output_path)
