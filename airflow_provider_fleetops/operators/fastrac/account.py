"""The account at Fastrac: its prepaid balance and its webhook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.fastrac.base import FastracOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class FastracBalanceHistoryOperator(FastracOperator):
    """Read the ledger of the prepaid balance: freight, refunds, top-ups, payouts of cash on delivery (API v2).

    Returns ``{"count", "credit", "debit"}``, sums in rupiah, and ``path``. The rows (``kd_pesanan``, ``saldo_masuk``,
    ``saldo_keluar``, ``keterangan``) go to ``output_path`` as JSON Lines, because notes may name people. Rows that come
    while pages are read can shift others over a page's end: an ``to_date`` before today gives figures that stay.

    :param from_date: first day, ``YYYY-MM-DD``; by default a month ago. (templated)
    :param to_date: last day, inclusive; by default today. (templated)
    :param filter_status: ``order``, ``tarik_tunai`` (withdrawals), ``dana_cod`` (payouts of cash on delivery),
        ``bonus_referal`` or ``topup``. (templated)
    :param search: a part of an order code, an amount or a note. (templated)
    :param output_path: an ``ObjectStoragePath`` for the rows. (templated)
    """

    template_fields: Sequence[str] = (
        "from_date",
        "to_date",
        "filter_status",
        "search",
        "output_path",
        "fastrac_conn_id",
    )
    docs_page: ClassVar[str] = "balance-history-20309002e0"
    guarantee: ClassVar[str] = "read"
    calls: ClassVar[str] = "1 for 50 rows"

    def __init__(
        self,
        *,
        from_date: str | None = None,
        to_date: str | None = None,
        filter_status: str | None = None,
        search: str | None = None,
        output_path: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.from_date = from_date
        self.to_date = to_date
        self.filter_status = filter_status
        self.search = search
        self.output_path = output_path

    def act(self, context: Context) -> dict[str, Any]:
        from airflow_provider_fleetops.operators.output import write_lines
        from airflow_provider_fleetops.vendors.fastrac.money import totals

        asked = (self.from_date, self.to_date, self.filter_status, self.search)
        rows = self.hook.balance_history(*(value or None for value in asked))
        if self.output_path:
            write_lines(self.output_path, rows)
        return totals(rows) | ({"path": self.output_path} if self.output_path else {})


class FastracReadBalanceOperator(FastracOperator):
    """Read how much of the prepaid balance is left (API v2); a guard before shipments that it must pay.

    Returns ``{"balance"}`` in rupiah. Where the balance stands in Fastrac's answer is not documented: see the
    connection's ``balance_key``.

    :param minimum: fail when fewer rupiah are left. (templated)
    """

    template_fields: Sequence[str] = ("minimum", "fastrac_conn_id")
    never_blank: ClassVar[Sequence[str]] = ("minimum",)
    docs_page: ClassVar[str] = "balance-history-20309002e0"
    guarantee: ClassVar[str] = "read"
    calls: ClassVar[str] = "1"

    def __init__(self, *, minimum: float | str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.minimum = minimum

    def act(self, context: Context) -> dict[str, Any]:
        return {"balance": self.hook.balance(minimum=self.minimum)}


class FastracSetWebhookOperator(FastracOperator):
    """Set the webhook of the account, unless it is set so already (API v2).

    Fastrac's pages on this are not public, so the body goes as it is, and is compared with what Fastrac has: fields
    that it shows under the same names are not sent again. Returns ``{"changed": bool}``.

    :param body: what Fastrac's page asks for, for example ``{"url": "https://..."}``. An address may hold a secret:
        templated when the task runs, never shown among the rendered fields; may be a callable that takes the context.
    """

    template_fields: Sequence[str] = ("fastrac_conn_id",)
    personal_fields: ClassVar[Sequence[str]] = ("body",)
    guarantee: ClassVar[str] = "idempotent"
    calls: ClassVar[str] = "1; 2 where something changes"

    def __init__(self, *, body: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.body = body

    def act(self, context: Context) -> dict[str, bool]:
        return {"changed": self.hook.set_webhook(self.personal("body"))}


class FastracGetWebhookOperator(FastracOperator):
    """Read the webhook of the account (API v2).

    Returns ``{"set": bool, "digest"}``: another digest says that it was changed. Its address may hold a secret, so the
    whole answer goes to ``output_path`` alone.

    :param output_path: an ``ObjectStoragePath`` for the answer as JSON. (templated)
    """

    template_fields: Sequence[str] = ("output_path", "fastrac_conn_id")
    guarantee: ClassVar[str] = "read"
    calls: ClassVar[str] = "1"

    def __init__(self, *, output_path: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.output_path = output_path

    def act(self, context: Context) -> dict[str, Any]:
        from airflow_provider_fleetops.operators.output import hand_over

        webhook: Mapping[str, Any] | None = self.hook.get_webhook()
        return {"set": webhook is not None, **hand_over(webhook, (), self.output_path)}
