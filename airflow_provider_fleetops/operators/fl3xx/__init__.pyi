from .accounting import (
    Fl3xxDownloadAttachmentOperator as Fl3xxDownloadAttachmentOperator,
)
from .accounting import (
    Fl3xxDownloadInvoicesOperator as Fl3xxDownloadInvoicesOperator,
)
from .accounting import (
    Fl3xxGetAccountingOperator as Fl3xxGetAccountingOperator,
)
from .accounting import (
    Fl3xxListInvoicesOperator as Fl3xxListInvoicesOperator,
)
from .aircraft import (
    Fl3xxAircraftAvailabilityOperator as Fl3xxAircraftAvailabilityOperator,
)
from .aircraft import (
    Fl3xxAircraftPictureOperator as Fl3xxAircraftPictureOperator,
)
from .aircraft import (
    Fl3xxAircraftScheduleOperator as Fl3xxAircraftScheduleOperator,
)
from .aircraft import (
    Fl3xxGetAircraftOperator as Fl3xxGetAircraftOperator,
)
from .aircraft import (
    Fl3xxHoldItemsOperator as Fl3xxHoldItemsOperator,
)
from .aircraft import (
    Fl3xxListAircraftOperator as Fl3xxListAircraftOperator,
)
from .aircraft import (
    Fl3xxUpdateMaintenanceCountersOperator as Fl3xxUpdateMaintenanceCountersOperator,
)
from .airports import (
    Fl3xxAirportCrewOperator as Fl3xxAirportCrewOperator,
)
from .airports import (
    Fl3xxAirportNotesOperator as Fl3xxAirportNotesOperator,
)
from .airports import (
    Fl3xxAirportServicesOperator as Fl3xxAirportServicesOperator,
)
from .airports import (
    Fl3xxGetAirportOperator as Fl3xxGetAirportOperator,
)
from .beta import (
    Fl3xxGetAirportV2Operator as Fl3xxGetAirportV2Operator,
)
from .beta import (
    Fl3xxGetPermitOperator as Fl3xxGetPermitOperator,
)
from .beta import (
    Fl3xxGetSlotOperator as Fl3xxGetSlotOperator,
)
from .beta import (
    Fl3xxListCrewPositionsOperator as Fl3xxListCrewPositionsOperator,
)
from .beta import (
    Fl3xxListFlightsV2Operator as Fl3xxListFlightsV2Operator,
)
from .beta import (
    Fl3xxListPermitsOperator as Fl3xxListPermitsOperator,
)
from .beta import (
    Fl3xxListSlotsOperator as Fl3xxListSlotsOperator,
)
from .bookings import (
    Fl3xxGetBookingOperator as Fl3xxGetBookingOperator,
)
from .bookings import (
    Fl3xxListBookingsOperator as Fl3xxListBookingsOperator,
)
from .bookings import (
    Fl3xxListEmptyLegsOperator as Fl3xxListEmptyLegsOperator,
)
from .bookings import (
    Fl3xxListOpenQuotesOperator as Fl3xxListOpenQuotesOperator,
)
from .bookings import (
    Fl3xxQuoteHistoryOperator as Fl3xxQuoteHistoryOperator,
)
from .bookings import (
    Fl3xxSoldItineraryOperator as Fl3xxSoldItineraryOperator,
)
from .border import (
    Fl3xxGetMigrationOperator as Fl3xxGetMigrationOperator,
)
from .border import (
    Fl3xxGetSanctionListOperator as Fl3xxGetSanctionListOperator,
)
from .border import (
    Fl3xxGetVisaStatusOperator as Fl3xxGetVisaStatusOperator,
)
from .border import (
    Fl3xxUpdateMigrationOperator as Fl3xxUpdateMigrationOperator,
)
from .border import (
    Fl3xxUpdateSanctionListOperator as Fl3xxUpdateSanctionListOperator,
)
from .border import (
    Fl3xxUpdateVisaStatusOperator as Fl3xxUpdateVisaStatusOperator,
)
from .crew import (
    Fl3xxChangeFlightCrewOperator as Fl3xxChangeFlightCrewOperator,
)
from .crew import (
    Fl3xxGetFlightCrewOperator as Fl3xxGetFlightCrewOperator,
)
from .crew import (
    Fl3xxReplaceFlightCrewOperator as Fl3xxReplaceFlightCrewOperator,
)
from .dispatch import (
    Fl3xxGetFlightNotificationsOperator as Fl3xxGetFlightNotificationsOperator,
)
from .dispatch import (
    Fl3xxGetFlightServicesOperator as Fl3xxGetFlightServicesOperator,
)
from .dispatch import (
    Fl3xxGetPlanningNoteOperator as Fl3xxGetPlanningNoteOperator,
)
from .dispatch import (
    Fl3xxGetPostflightOperator as Fl3xxGetPostflightOperator,
)
from .dispatch import (
    Fl3xxGetPreflightOperator as Fl3xxGetPreflightOperator,
)
from .dispatch import (
    Fl3xxUpdateFlightServicesOperator as Fl3xxUpdateFlightServicesOperator,
)
from .dispatch import (
    Fl3xxUpdatePostflightOperator as Fl3xxUpdatePostflightOperator,
)
from .flights import (
    Fl3xxFlightChangesOperator as Fl3xxFlightChangesOperator,
)
from .flights import (
    Fl3xxGetFlightOperator as Fl3xxGetFlightOperator,
)
from .flights import (
    Fl3xxListFlightsOperator as Fl3xxListFlightsOperator,
)
from .fuel import (
    Fl3xxGetFuelPricesOperator as Fl3xxGetFuelPricesOperator,
)
from .fuel import (
    Fl3xxRemoveAllFuelPricesOperator as Fl3xxRemoveAllFuelPricesOperator,
)
from .fuel import (
    Fl3xxRemoveFuelPricesOperator as Fl3xxRemoveFuelPricesOperator,
)
from .fuel import (
    Fl3xxSetFuelPriceOperator as Fl3xxSetFuelPriceOperator,
)
from .legs import (
    Fl3xxAddLegOperator as Fl3xxAddLegOperator,
)
from .legs import (
    Fl3xxChangeLegOperator as Fl3xxChangeLegOperator,
)
from .legs import (
    Fl3xxListLegsOperator as Fl3xxListLegsOperator,
)
from .legs import (
    Fl3xxRemoveLegOperator as Fl3xxRemoveLegOperator,
)
from .orders import (
    Fl3xxChangeBookingOperator as Fl3xxChangeBookingOperator,
)
from .orders import (
    Fl3xxChangeQuoteOperator as Fl3xxChangeQuoteOperator,
)
from .orders import (
    Fl3xxCreateBookingOperator as Fl3xxCreateBookingOperator,
)
from .orders import (
    Fl3xxCreateQuoteOperator as Fl3xxCreateQuoteOperator,
)
from .orders import (
    Fl3xxLookUpQuoteOperator as Fl3xxLookUpQuoteOperator,
)
from .passengers import (
    Fl3xxAddPassengerOperator as Fl3xxAddPassengerOperator,
)
from .passengers import (
    Fl3xxGetPassengerOperator as Fl3xxGetPassengerOperator,
)
from .passengers import (
    Fl3xxListPassengersOperator as Fl3xxListPassengersOperator,
)
from .passengers import (
    Fl3xxPassengerManifestOperator as Fl3xxPassengerManifestOperator,
)
from .passengers import (
    Fl3xxRemovePassengerOperator as Fl3xxRemovePassengerOperator,
)
from .passengers import (
    Fl3xxUpdatePassengerOperator as Fl3xxUpdatePassengerOperator,
)
from .passengers import (
    Fl3xxUpdatePaxDetailsOperator as Fl3xxUpdatePaxDetailsOperator,
)
from .people import (
    Fl3xxCrewCalendarOperator as Fl3xxCrewCalendarOperator,
)
from .people import (
    Fl3xxEnsureAccountOperator as Fl3xxEnsureAccountOperator,
)
from .people import (
    Fl3xxExportRosterOperator as Fl3xxExportRosterOperator,
)
from .people import (
    Fl3xxGetAccountOperator as Fl3xxGetAccountOperator,
)
from .people import (
    Fl3xxGetCrewMemberOperator as Fl3xxGetCrewMemberOperator,
)
from .people import (
    Fl3xxGetUserOperator as Fl3xxGetUserOperator,
)
from .people import (
    Fl3xxListAccountsOperator as Fl3xxListAccountsOperator,
)
from .people import (
    Fl3xxListCrewOperator as Fl3xxListCrewOperator,
)
from .people import (
    Fl3xxListUsersOperator as Fl3xxListUsersOperator,
)
from .people import (
    Fl3xxUpsertUserOperator as Fl3xxUpsertUserOperator,
)
from .rosters import (
    Fl3xxAddQualificationOperator as Fl3xxAddQualificationOperator,
)
from .rosters import (
    Fl3xxGetRosterTypeOperator as Fl3xxGetRosterTypeOperator,
)
from .rosters import (
    Fl3xxListDutiesOperator as Fl3xxListDutiesOperator,
)
from .rosters import (
    Fl3xxListQualificationsOperator as Fl3xxListQualificationsOperator,
)
from .rosters import (
    Fl3xxListQualificationTypesOperator as Fl3xxListQualificationTypesOperator,
)
from .rosters import (
    Fl3xxListRosterTypesOperator as Fl3xxListRosterTypesOperator,
)
from .rosters import (
    Fl3xxRemoveDutyOperator as Fl3xxRemoveDutyOperator,
)
from .rosters import (
    Fl3xxRemoveQualificationOperator as Fl3xxRemoveQualificationOperator,
)
from .rosters import (
    Fl3xxSyncDutiesOperator as Fl3xxSyncDutiesOperator,
)
from .rosters import (
    Fl3xxUpdateQualificationOperator as Fl3xxUpdateQualificationOperator,
)
from .webhooks import (
    Fl3xxEnsureWebhooksOperator as Fl3xxEnsureWebhooksOperator,
)
from .webhooks import (
    Fl3xxListWebhooksOperator as Fl3xxListWebhooksOperator,
)
from .webhooks import (
    Fl3xxRemoveWebhooksOperator as Fl3xxRemoveWebhooksOperator,
)
