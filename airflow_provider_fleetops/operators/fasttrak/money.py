"""What drivers are paid and what customers owe. All of it is read; amounts go to files, never to XCom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.fasttrak.base import FasttrakEntryOperator, Time

if TYPE_CHECKING:
    from airflow.sdk import Context


class FasttrakSearchEmployeePaysOperator(FasttrakEntryOperator):
    """Read what drivers are paid, for all trips or for those that are asked for.

    Returns ``employeePayId``, ``employeeId``, ``reservationId``, ``isPaid``, ``isApproved`` and ``createTime`` of each
    pay; amounts and names are in the file.

    :param employee_id: only this driver. (templated)
    :param company_id: only this company. (templated)
    :param reservation_id: only this trip. (templated)
    :param pay_display_type: ``AllEmployees`` or ``DriversOnly``; the words are FASTTRAK's. (templated)
    :param pay_status: ``All`` or ``NotPaid``. (templated)
    :param date_search_type: by which date, for example ``Create_Date``. (templated)
    """

    entry: ClassVar[str] = "employee_pays.search"
    sends: ClassVar[Mapping[str, str]] = {
        "employee_id": "employeeId",
        "company_id": "companyId",
        "reservation_id": "reservationID",
        "pay_display_type": "payDisplayType",
        "pay_status": "payStatus",
        "date_search_type": "dateSearchType",
    }
    returns: ClassVar[Sequence[str]] = (
        "employeePayId",
        "employeeId",
        "reservationId",
        "isPaid",
        "isApproved",
        "createTime",
    )

    def __init__(
        self,
        *,
        employee_id: int | str | None = None,
        company_id: int | str | None = None,
        reservation_id: int | str | None = None,
        pay_display_type: str = "DriversOnly",
        pay_status: str = "All",
        date_search_type: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.employee_id = employee_id
        self.company_id = company_id
        self.reservation_id = reservation_id
        self.pay_display_type = pay_display_type
        self.pay_status = pay_status
        self.date_search_type = date_search_type


class FasttrakEmployeePayReportOperator(FasttrakEntryOperator):
    """Fetch a driver's pay report as a document.

    Returns its size and digest; the document goes to ``output_path``.

    :param employee_id: the driver. (templated)
    :param pay_status: ``All`` or ``NotPaid``; the words are FASTTRAK's. (templated)
    :param suppress_zero_value_items: leave out what pays nothing. (templated)
    """

    entry: ClassVar[str] = "documents.employee_pay_report"
    sends: ClassVar[Mapping[str, str]] = {
        "employee_id": "employeeId",
        "pay_status": "payStatus",
        "suppress_zero_value_items": "suppressZeroValueItems",
    }

    def __init__(
        self,
        *,
        employee_id: int | str,
        pay_status: str = "All",
        suppress_zero_value_items: bool | str = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.employee_id = employee_id
        self.pay_status = pay_status
        self.suppress_zero_value_items = suppress_zero_value_items


class FasttrakAgingReportOperator(FasttrakEntryOperator):
    """Read the open invoices by age.

    Returns ``invoices`` and ``bill_tos`` (how many invoices, and to how many customers) and a digest; who owes what
    is in the file, as one JSON document.

    :param aging_date: the day whose age counts, ISO-8601 with a zone; by default the vendor's now. (templated)
    :param company_id: only this company. (templated)
    :param invoice_ar_status: which invoices; the words are FASTTRAK's. (templated)
    """

    entry: ClassVar[str] = "invoices.aging_report"
    sends: ClassVar[Mapping[str, str]] = {
        "aging_date": "agingDate",
        "company_id": "companyId",
        "invoice_ar_status": "invoiceARStatus",
    }
    calls: ClassVar[str] = "1"

    def __init__(
        self,
        *,
        aging_date: Time | None = None,
        company_id: int | str | None = None,
        invoice_ar_status: str = "All",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.aging_date = aging_date
        self.company_id = company_id
        self.invoice_ar_status = invoice_ar_status

    def act(self, context: Context) -> dict[str, Any]:
        from airflow_provider_fleetops.operators.output import hand_over

        report = self.answer()
        told: dict[str, Any] = hand_over(report, (), self.output_path)
        lists = {"invoices": "agingInvoiceInfoList", "bill_tos": "agingBillToSummaryList"}
        return {**told, **{name: len(report.get(key) or ()) for name, key in lists.items()}}
