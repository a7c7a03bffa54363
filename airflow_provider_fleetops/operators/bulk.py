"""One task for many rows: a manifest of shipments, reservations, clients or comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airflow_provider_fleetops.operators.rows import PATHS, FleetOpsBulkOperator


class FastracBulkShipmentsOperator(FleetOpsBulkOperator):
    """Book the express shipments of a manifest, each at most once per its ``reference``.

    Columns: ``reference``, ``courier_code``, ``code_service``, ``shipper.*`` and ``receiver.*`` (``name``, ``phone``,
    ``address``, ``region_id``), ``item.*`` (``name``, ``desc``, ``category``, ``value``, ``weight``, ``length``,
    ``width``, ``height``), and where wanted ``cod``, ``cod_amount``, ``insurance``, ``pickup``, ``pickup_start``,
    ``pickup_end``. Results tell ``awb``, ``booking_id`` and ``tariff``.

    Fastrac cannot be asked for an order whose answer was lost: rows that were under way when the worker was killed end
    as ``unknown``, and nothing is sent for them until a person has settled them.

    :param on_unknown: what becomes of an unclear outcome, ``fail`` or ``accept_single_match``: see
        :class:`~airflow_provider_fleetops.operators.fastrac.FastracCreateShipmentOperator`. (templated)
    :param fastrac_conn_id: the connection. (templated)
    """

    template_fields: Sequence[str] = (*PATHS, "on_unknown", "fastrac_conn_id")
    row_kind: ClassVar[str] = "airflow_provider_fleetops.vendors.fastrac.bulk:SHIPMENTS"
    hook_name: ClassVar[str] = "airflow_provider_fleetops.hooks.fastrac:FastracHook"
    conn_id_field: ClassVar[str] = "fastrac_conn_id"
    guarantee: ClassVar[str] = "at most once"
    calls: ClassVar[str] = "1 a row"
    ui_color = "#fbd3a8"

    def __init__(self, *, on_unknown: str = "fail", fastrac_conn_id: str = "fastrac_default", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.on_unknown = on_unknown
        self.fastrac_conn_id = fastrac_conn_id

    def options(self) -> Mapping[str, Any]:
        return {"on_unknown": self.on_unknown}


class FasttrakBulkReservationsOperator(FleetOpsBulkOperator):
    """Book the cars of a manifest, each once per its ``external_booking_id``.

    Columns: ``external_booking_id``, ``scheduled_pickup_time`` (ISO-8601 with a zone), ``passenger.*``,
    ``from_location`` and ``to_location`` (an address), and where wanted ``customer.*`` or ``customer_id``,
    ``travel_type``, ``flight.*``, ``vehicle_type_id``, ``pricing_id``, ``company_id``, ``passenger_count``,
    ``luggage_count``, ``is_vip``, ``reference_po``, ``trip_notes``, ``dispatch_notes``, ``driver_notes``,
    ``details.*``, ``overrides.*``: as in
    :class:`~airflow_provider_fleetops.operators.fasttrak.FasttrakCreateReservationOperator`. Results tell
    ``reservation_id``, ``status`` and ``scheduled_pickup_time``.

    :param search_hours: how far from the pick-up a reservation with this key is searched before it is booked. It is
        the largest part of what a row costs: keep it short where pick-up times are certain. (templated)
    :param fasttrak_conn_id: a connection of type ``fasttrak``. (templated)
    """

    template_fields: Sequence[str] = (*PATHS, "search_hours", "fasttrak_conn_id")
    row_kind: ClassVar[str] = "airflow_provider_fleetops.vendors.fasttrak.bulk:RESERVATIONS"
    hook_name: ClassVar[str] = "airflow_provider_fleetops.hooks.fasttrak:FasttrakHook"
    conn_id_field: ClassVar[str] = "fasttrak_conn_id"
    guarantee: ClassVar[str] = "effectively once"
    calls: ClassVar[str] = "2 to 4 a row: customer, search, booking"
    ui_color = "#e7e1f5"

    def __init__(
        self, *, search_hours: float | str = 24.0, fasttrak_conn_id: str = "fasttrak_default", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.search_hours = search_hours
        self.fasttrak_conn_id = fasttrak_conn_id

    def options(self) -> Mapping[str, Any]:
        return {"search_hours": self.search_hours}


class FastTrack360BulkClientsOperator(FleetOpsBulkOperator):
    """Make the clients of a manifest be as their rows say: created, changed where they differ, or left alone.

    Columns: ``external_reference``, which every row needs, ``name``, ``office_id``, ``status``, ``grade_id``,
    ``industry``, ``parent_id``, ``custom_fields_type``, ``address.*``, ``mail_address.*``, ``special_notes``,
    ``custom_fields.*``. Results tell ``client_id`` and ``action`` (created, updated or unchanged).

    A row counts as done within this task of this DAG run; another run looks at every client again, because somebody may
    have changed it since.

    :param fasttrack360_conn_id: the connection. (templated)
    """

    template_fields: Sequence[str] = (*PATHS, "fasttrack360_conn_id")
    row_kind: ClassVar[str] = "airflow_provider_fleetops.vendors.fasttrack360.bulk:CLIENTS"
    hook_name: ClassVar[str] = "airflow_provider_fleetops.hooks.fasttrack360:FastTrack360Hook"
    conn_id_field: ClassVar[str] = "fasttrack360_conn_id"
    guarantee: ClassVar[str] = "effectively once"
    calls: ClassVar[str] = "1 to 3 a row"

    def __init__(self, *, fasttrack360_conn_id: str = "fasttrack360_default", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fasttrack360_conn_id = fasttrack360_conn_id


class FastTrack360BulkCommentsOperator(FleetOpsBulkOperator):
    """Add the comments of a manifest, each once per its ``operation_key`` and subject.

    Columns: ``operation_key``, ``subject_id``, ``comment``, and where wanted ``standard_description`` and ``date``.
    Results tell ``comment_id``. A comment under the same key by
    :class:`~airflow_provider_fleetops.operators.fasttrack360.FastTrack360AddCommentOperator` is the same comment.

    :param subject: whose comments they are: ``client``, ``candidate`` or ``job_order``.
    :param fasttrack360_conn_id: the connection. (templated)
    """

    template_fields: Sequence[str] = (*PATHS, "fasttrack360_conn_id")
    row_kind: ClassVar[str] = "airflow_provider_fleetops.vendors.fasttrack360.bulk:COMMENTS"
    hook_name: ClassVar[str] = "airflow_provider_fleetops.hooks.fasttrack360:FastTrack360Hook"
    conn_id_field: ClassVar[str] = "fasttrack360_conn_id"
    guarantee: ClassVar[str] = "effectively once"
    calls: ClassVar[str] = "1 a row; 1 more where an earlier try may have sent it"

    def __init__(
        self, *, subject: str = "client", fasttrack360_conn_id: str = "fasttrack360_default", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.subject = subject
        self.fasttrack360_conn_id = fasttrack360_conn_id

    def options(self) -> Mapping[str, Any]:
        return {"subject": self.subject}
