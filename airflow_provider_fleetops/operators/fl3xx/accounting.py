"""Accounting entries, invoices and their documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.fl3xx.base import Fl3xxEntryOperator, Fl3xxOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class Fl3xxBookingNumberOperator(Fl3xxEntryOperator):
    """Base of the operators that read the accounting of one booking.

    :param booking_id: FL3XX's number of the booking, not your own reference. (templated)
    """

    takes: ClassVar[Mapping[str, str]] = {"booking_id": "booking_id"}

    def __init__(self, *, booking_id: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.booking_id = booking_id


class Fl3xxGetAccountingOperator(Fl3xxBookingNumberOperator):
    """Read the accounting entries and payments of a booking.

    Returns how many ``entries`` and ``payments`` there are, and ``digest``; they go to ``output_path``.
    """

    entry = "accounting.get"
    calls: ClassVar[str] = "1"

    def act(self, context: Context) -> dict[str, Any]:
        from airflow_provider_fleetops.operators.output import hand_over

        answer = self.answer()
        facts = answer if isinstance(answer, Mapping) else {}
        counts = {name: len(facts.get(name) or ()) for name in ("entries", "payments")}
        return {**hand_over(answer, (), self.output_path), **counts}


class Fl3xxListInvoicesOperator(Fl3xxBookingNumberOperator):
    """List the invoices of a booking: ``invoiceNumber``, ``invoiceDate``, ``invoiceType``; all to ``output_path``."""

    entry = "invoices.list"
    returns: ClassVar[Sequence[str]] = ("invoiceNumber", "invoiceDate", "invoiceType")


class Fl3xxDownloadInvoicesOperator(Fl3xxOperator):
    """Write the invoices of a booking to files, one for each.

    A file is called after the invoice's number and its document's id, and replaces what stood there. Returns a list
    with ``invoice_number``, ``invoice_date``, ``uuid``, ``path``, ``bytes`` and ``digest``.

    :param booking_id: FL3XX's number of the booking. (templated)
    :param output_dir: an ``ObjectStoragePath`` of the folder. (templated)
    """

    template_fields: Sequence[str] = ("fl3xx_conn_id", "booking_id", "output_dir")
    guarantee: ClassVar[str] = "read"
    calls: ClassVar[str] = "1, and 1 for each invoice"

    def __init__(self, *, booking_id: int | str, output_dir: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.booking_id = booking_id
        self.output_dir = output_dir

    def act(self, context: Context) -> list[dict[str, Any]]:
        rows = self.hook.rows("invoices.list", booking_id=self.booking_id)
        return [self._download(row) for row in rows if isinstance(row.get("document"), Mapping)]

    def _download(self, row: Mapping[str, Any]) -> dict[str, Any]:
        from airflow_provider_fleetops.operators.output import hand_over

        uuid = str(row["document"].get("uuid"))
        # What FL3XX calls a document is text of a person: it must not lead out of the folder.
        name = "".join(c for c in f"{row.get('invoiceNumber') or ''}_{uuid}" if c.isalnum() or c in "-_")
        path = f"{self.output_dir.rstrip('/')}/{name}.pdf"
        written = hand_over(self.hook.call("attachment.get", uuid=uuid), (), path)
        facts = {"invoice_number": row.get("invoiceNumber"), "invoice_date": row.get("invoiceDate"), "uuid": uuid}
        return {**facts, **written}


class Fl3xxDownloadAttachmentOperator(Fl3xxEntryOperator):
    """Write one accounting document (PDF) to ``output_path``; returns ``bytes``, ``digest`` and ``path``.

    :param uuid: the document's id, from the invoices of a booking. (templated)
    """

    entry = "attachment.get"
    takes: ClassVar[Mapping[str, str]] = {"uuid": "uuid"}

    def __init__(self, *, uuid: str, output_path: str, **kwargs: Any) -> None:
        super().__init__(output_path=output_path, **kwargs)
        self.uuid = uuid
