"""Operators for FL3XX, a module for each area; import them from here."""

from __future__ import annotations

from airflow_provider_fleetops.operators.fl3xx.aircraft import (
    Fl3xxAircraftAvailabilityOperator,
    Fl3xxAircraftPictureOperator,
    Fl3xxAircraftScheduleOperator,
    Fl3xxGetAircraftOperator,
    Fl3xxHoldItemsOperator,
    Fl3xxListAircraftOperator,
    Fl3xxUpdateMaintenanceCountersOperator,
)
from airflow_provider_fleetops.operators.fl3xx.airports import (
    Fl3xxAirportCrewOperator,
    Fl3xxAirportNotesOperator,
    Fl3xxAirportServicesOperator,
    Fl3xxGetAirportOperator,
)
from airflow_provider_fleetops.operators.fl3xx.border import (
    Fl3xxGetMigrationOperator,
    Fl3xxGetSanctionListOperator,
    Fl3xxGetVisaStatusOperator,
    Fl3xxUpdateMigrationOperator,
    Fl3xxUpdateSanctionListOperator,
    Fl3xxUpdateVisaStatusOperator,
)
from airflow_provider_fleetops.operators.fl3xx.crew import (
    Fl3xxChangeFlightCrewOperator,
    Fl3xxGetFlightCrewOperator,
    Fl3xxReplaceFlightCrewOperator,
)
from airflow_provider_fleetops.operators.fl3xx.dispatch import (
    Fl3xxGetFlightNotificationsOperator,
    Fl3xxGetFlightServicesOperator,
    Fl3xxGetPlanningNoteOperator,
    Fl3xxGetPostflightOperator,
    Fl3xxGetPreflightOperator,
    Fl3xxUpdateFlightServicesOperator,
    Fl3xxUpdatePostflightOperator,
)
from airflow_provider_fleetops.operators.fl3xx.flights import (
    Fl3xxFlightChangesOperator,
    Fl3xxGetFlightOperator,
    Fl3xxListFlightsOperator,
)
from airflow_provider_fleetops.operators.fl3xx.fuel import (
    Fl3xxGetFuelPricesOperator,
    Fl3xxRemoveAllFuelPricesOperator,
    Fl3xxRemoveFuelPricesOperator,
    Fl3xxSetFuelPriceOperator,
)
from airflow_provider_fleetops.operators.fl3xx.passengers import (
    Fl3xxAddPassengerOperator,
    Fl3xxGetPassengerOperator,
    Fl3xxListPassengersOperator,
    Fl3xxPassengerManifestOperator,
    Fl3xxRemovePassengerOperator,
    Fl3xxUpdatePassengerOperator,
    Fl3xxUpdatePaxDetailsOperator,
)

__all__ = [
    "Fl3xxAddPassengerOperator",
    "Fl3xxAircraftAvailabilityOperator",
    "Fl3xxAircraftPictureOperator",
    "Fl3xxAircraftScheduleOperator",
    "Fl3xxAirportCrewOperator",
    "Fl3xxAirportNotesOperator",
    "Fl3xxAirportServicesOperator",
    "Fl3xxChangeFlightCrewOperator",
    "Fl3xxFlightChangesOperator",
    "Fl3xxGetAircraftOperator",
    "Fl3xxGetAirportOperator",
    "Fl3xxGetFlightCrewOperator",
    "Fl3xxGetFlightNotificationsOperator",
    "Fl3xxGetFlightOperator",
    "Fl3xxGetFlightServicesOperator",
    "Fl3xxGetFuelPricesOperator",
    "Fl3xxGetMigrationOperator",
    "Fl3xxGetPassengerOperator",
    "Fl3xxGetPlanningNoteOperator",
    "Fl3xxGetPostflightOperator",
    "Fl3xxGetPreflightOperator",
    "Fl3xxGetSanctionListOperator",
    "Fl3xxGetVisaStatusOperator",
    "Fl3xxHoldItemsOperator",
    "Fl3xxListAircraftOperator",
    "Fl3xxListFlightsOperator",
    "Fl3xxListPassengersOperator",
    "Fl3xxPassengerManifestOperator",
    "Fl3xxRemoveAllFuelPricesOperator",
    "Fl3xxRemoveFuelPricesOperator",
    "Fl3xxRemovePassengerOperator",
    "Fl3xxReplaceFlightCrewOperator",
    "Fl3xxSetFuelPriceOperator",
    "Fl3xxUpdateFlightServicesOperator",
    "Fl3xxUpdateMaintenanceCountersOperator",
    "Fl3xxUpdateMigrationOperator",
    "Fl3xxUpdatePassengerOperator",
    "Fl3xxUpdatePaxDetailsOperator",
    "Fl3xxUpdatePostflightOperator",
    "Fl3xxUpdateSanctionListOperator",
    "Fl3xxUpdateVisaStatusOperator",
]
