from .bookings import (
    FasttrakCreateReservationOperator as FasttrakCreateReservationOperator,
)
from .changes import (
    FasttrakCancelReservationOperator as FasttrakCancelReservationOperator,
)
from .changes import (
    FasttrakRetimeReservationOperator as FasttrakRetimeReservationOperator,
)
from .changes import (
    FasttrakUpdateReservationOperator as FasttrakUpdateReservationOperator,
)
from .customers import (
    FasttrakListCustomersOperator as FasttrakListCustomersOperator,
)
from .customers import (
    FasttrakSearchCustomersOperator as FasttrakSearchCustomersOperator,
)
from .customers import (
    FasttrakUpsertCustomerOperator as FasttrakUpsertCustomerOperator,
)
from .lists import (
    FasttrakListAffiliatesOperator as FasttrakListAffiliatesOperator,
)
from .lists import (
    FasttrakListCompaniesOperator as FasttrakListCompaniesOperator,
)
from .lists import (
    FasttrakListEmployeesOperator as FasttrakListEmployeesOperator,
)
from .lists import (
    FasttrakListPricingPlansOperator as FasttrakListPricingPlansOperator,
)
from .lists import (
    FasttrakListVehiclesOperator as FasttrakListVehiclesOperator,
)
from .lists import (
    FasttrakListVehicleTypesOperator as FasttrakListVehicleTypesOperator,
)
from .money import (
    FasttrakAgingReportOperator as FasttrakAgingReportOperator,
)
from .money import (
    FasttrakEmployeePayReportOperator as FasttrakEmployeePayReportOperator,
)
from .money import (
    FasttrakSearchEmployeePaysOperator as FasttrakSearchEmployeePaysOperator,
)
from .quotes import (
    FasttrakApproveQuoteOperator as FasttrakApproveQuoteOperator,
)
from .quotes import (
    FasttrakBookQuoteOperator as FasttrakBookQuoteOperator,
)
from .quotes import (
    FasttrakCreateQuoteOperator as FasttrakCreateQuoteOperator,
)
from .reservations import (
    FasttrakGetReservationOperator as FasttrakGetReservationOperator,
)
from .reservations import (
    FasttrakReservationPaysOperator as FasttrakReservationPaysOperator,
)
from .reservations import (
    FasttrakSearchReservationsOperator as FasttrakSearchReservationsOperator,
)
from .webhooks import (
    FasttrakEnsureWebhookOperator as FasttrakEnsureWebhookOperator,
)
from .webhooks import (
    FasttrakListWebhooksOperator as FasttrakListWebhooksOperator,
)
from .webhooks import (
    FasttrakRemoveWebhookOperator as FasttrakRemoveWebhookOperator,
)
