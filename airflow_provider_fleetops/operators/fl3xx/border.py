"""Border control of a flight: migration, sanction lists, visas."""

from __future__ import annotations

from typing import Any

from airflow_provider_fleetops.operators.fl3xx.base import Fl3xxChangeOperator, Fl3xxDocumentOperator


class Fl3xxGetMigrationOperator(Fl3xxDocumentOperator):
    """Read where border control and customs stand on both ends of a flight.

    Returns ``digest`` and ``statuses``: ``{"departureMigration": "OK", "arrivalMigration": "OK_REVISED"}``. Notes and
    documents go to ``output_path``.
    """

    entry = "migration.get"


class Fl3xxUpdateMigrationOperator(Fl3xxChangeOperator):
    """Change border control and customs, for example ``changes={"arrivalMigration": {"status": "OK"}}``.

    It is read, merged with ``changes`` and written back whole; nothing is written when all is so already. FL3XX cannot
    tell whether somebody changed it in between.
    """

    entry = "migration.update"


def _screened(document: Any, told: dict[str, Any]) -> dict[str, Any]:
    """Counts instead of each item's status: that somebody is on a list is personal."""
    from airflow_provider_fleetops.vendors.fl3xx.documents import screening

    return {name: value for name, value in told.items() if name != "statuses"} | screening(document)


class Fl3xxGetSanctionListOperator(Fl3xxDocumentOperator):
    """Read how crew and passengers of a flight stand against sanction lists.

    Returns ``digest`` and how many have which status: ``{"crew": {"OK": 2}, "passengers": {"INIT": 3}}``. Who has
    which goes to ``output_path``.
    """

    entry = "sanction_list.get"

    def told(self, document: Any) -> dict[str, Any]:
        return _screened(document, super().told(document))


class Fl3xxUpdateSanctionListOperator(Fl3xxChangeOperator):
    """Write back a sanction screening, for example ``changes={"passengers": [{"id": 41077, "status": "OK"}]}``.

    The statuses are read, merged with ``changes`` by each person's ``id`` and written back whole; nothing is written
    when all is so already. FL3XX cannot tell whether somebody changed them in between. ``source`` is FL3XX's own.
    ``changed`` names places in the lists, never ids.
    """

    entry = "sanction_list.update"

    def told(self, document: Any) -> dict[str, Any]:
        return _screened(document, super().told(document))


class Fl3xxGetVisaStatusOperator(Fl3xxDocumentOperator):
    """Read how crew and passengers of a flight stand with their visas.

    Returns ``digest`` and how many have which status: ``{"crew": {"NR": 2}, "passengers": {"INIT": 3}}``. Who has
    which goes to ``output_path``.
    """

    entry = "visa.get"

    def told(self, document: Any) -> dict[str, Any]:
        return _screened(document, super().told(document))


class Fl3xxUpdateVisaStatusOperator(Fl3xxChangeOperator):
    """Write back a check of visas, for example ``changes={"passengers": [{"id": 41077, "status": "OK"}]}``.

    The statuses are read, merged with ``changes`` by each person's ``id`` and written back whole; nothing is written
    when all is so already. FL3XX cannot tell whether somebody changed them in between. ``source`` is FL3XX's own.
    ``changed`` names places in the lists, never ids.
    """

    entry = "visa.update"

    def told(self, document: Any) -> dict[str, Any]:
        return _screened(document, super().told(document))
