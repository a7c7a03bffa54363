"""Every known endpoint of the FASTTRAK Partner API v2.2. The version is a header, so paths carry none.

Documented: on the vendor's page. Seen: in the code of one public consumer. Assumed: the path or the verb is our guess,
and a connection can override it. Enumerations are open: live answers carry words that no list has.
"""

from __future__ import annotations

from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Body, Endpoint, Field
from airflow_provider_fleetops.vendors.fasttrak.entry import (
    ASSUMED,
    DOCUMENTED,
    IDEMPOTENT,
    READ,
    SEEN,
    UNSAFE,
    body,
    boolean,
    entry,
    integer,
    structure,
    text,
)

_TRIP = structure("reservationDetail", required=True)
_OVERRIDES = structure("reservationUpdateOverrides")
_WINDOW = (Field("startDate", Type.INSTANT, required=True), Field("endDate", Type.INSTANT, required=True))
_INACTIVE = boolean("include_inactive", wire="includeInactive")
_LOGIN = body(text("systemId", required=True), text("username"), text("password"), text("refreshToken"))
_TOKEN = "token, isExpired, isLocked, lockedUntilDateUTC"
_CUSTOMER_SEARCH = body(
    text("emailAddress"),
    text("firstName"),
    text("lastName"),
    integer("corporateProfileId"),
    boolean("includeInactive"),
)
_PAY_SEARCH = body(
    integer("employeeId"),
    integer("companyId"),
    integer("reservationID"),
    text("payDisplayType"),
    text("payStatus"),
    text("dateSearchType"),
)
_AGING = body(integer("companyId"), Field("agingDate", Type.INSTANT), text("invoiceARStatus"))
_PAY_REPORT = body(text("payStatus"), integer("employeeId"), boolean("suppressZeroValueItems"))
_QUOTE = body(
    Field("reservationDetails", Type.ARRAY, required=True, minimum=1),
    structure("customerSummary"),
    Field("vehicleTypeIds", Type.ARRAY),
)
_BOOK = body(
    text("quoteId", required=True), structure("primaryPassenger"), text("collectionType"), text("collectionMethod")
)
_CANCEL = Body((text("cancelledBy"), text("reason")), required=False)
_ANYTHING = Body()

_ALL = (
    # Logins are the hook's work: one of your own is needless. A refresh goes the login's way, unless the connection's
    # paths name another for "auth.refresh".
    entry(
        "auth.web_service_user",
        "POST /authentication/web-service-user",
        UNSAFE,
        DOCUMENTED,
        "Log in",
        _TOKEN,
        content=_LOGIN,
    ),
    entry(
        "auth.partner",
        "POST /authentication/partner",
        UNSAFE,
        DOCUMENTED,
        "Log in as a Trusted Partner",
        _TOKEN,
        content=_LOGIN,
    ),
    # Lists
    entry("companies.list", "GET /companies", READ, DOCUMENTED, "All companies", "list of Company", rows="companyId"),
    entry(
        "customers.list",
        "GET /customers",
        READ,
        DOCUMENTED,
        "All customers",
        "list of Customer",
        query=(_INACTIVE, integer("max_results", minimum=1, wire="maxResults")),
        rows="customerId",
    ),
    entry(
        "employees.list",
        "GET /employees",
        READ,
        DOCUMENTED,
        "All employees, drivers included",
        "list of Employee",
        query=(_INACTIVE,),
        rows="employeeId",
    ),
    entry("affiliates.list", "GET /affiliates", READ, SEEN, "All affiliates", "list of Affiliate", rows="affiliateId"),
    entry(
        "pricing_plans.list",
        "GET /pricing-plans",
        READ,
        SEEN,
        "All pricing plans",
        "list of PricingPlan",
        query=(boolean("include_disabled", wire="includeDisabled"),),
        rows="pricingId",
    ),
    entry("vehicles.list", "GET /vehicles", READ, DOCUMENTED, "All vehicles", "list of Vehicle", rows="vehicleId"),
    entry(
        "vehicle_types.list",
        "GET /vehicle-types",
        READ,
        ASSUMED,
        "All vehicle types",
        "list of VehicleType",
        rows="vehicleTypeId",
    ),
    entry(
        "corporate_profiles.list",
        "GET /corporate-profiles",
        READ,
        ASSUMED,
        "All corporate profiles",
        "list of CorporateProfile",
        rows="corporateProfileId",
    ),
    # Customers
    entry(
        "customers.search",
        "POST /customers/search",
        READ,
        SEEN,
        "Find customers",
        "list of Customer",
        content=_CUSTOMER_SEARCH,
        rows="customerId",
    ),
    entry("customer.get", "GET /customers/{customer_id}", READ, ASSUMED, "One customer", "Customer"),
    entry("customer.create", "POST /customers", UNSAFE, ASSUMED, "Create a customer", "Customer", content=_ANYTHING),
    entry(
        "customer.update",
        "PUT /customers/{customer_id}",
        IDEMPOTENT,
        ASSUMED,
        "Replace a customer",
        "Customer",
        content=_ANYTHING,
    ),
    # Reservations without a quote
    entry(
        "reservation.get",
        "GET /reservations/{reservation_id}",
        READ,
        SEEN,
        "One reservation",
        "Reservation with pricingInformation",
    ),
    entry(
        "reservations.search",
        "POST /reservations/search",
        READ,
        SEEN,
        "Reservations of a window",
        "list of Reservation",
        content=body(*_WINDOW),
        rows="reservationId",
    ),
    entry(
        "reservations.search_advanced",
        "POST /reservations/search-advanced",
        READ,
        SEEN,
        "Reservations of a window, of one driver if wanted",
        "list of Reservation",
        content=body(*_WINDOW, integer("employeeId"), integer("maxResults", minimum=1)),
        rows="reservationId",
    ),
    entry(
        "reservation.create_new_customer",
        "POST /reservations/new-customer",
        UNSAFE,
        SEEN,
        "Create a reservation and its customer's profile",
        "Reservation",
        content=body(_TRIP, structure("customerSummary", required=True), _OVERRIDES),
    ),
    entry(
        "reservation.create",
        "POST /reservations",
        UNSAFE,
        ASSUMED,
        "Create a reservation of a known customer",
        "Reservation",
        content=body(_TRIP, _OVERRIDES),
    ),
    entry(
        "reservation.update",
        "PUT /reservations/{reservation_id}",
        IDEMPOTENT,
        ASSUMED,
        "Replace a reservation",
        "Reservation",
        content=body(_TRIP, _OVERRIDES),
    ),
    entry(
        "reservation.cancel",
        "POST /reservations/{reservation_id}/cancel",
        IDEMPOTENT,
        ASSUMED,
        "Cancel a reservation",
        "Reservation",
        content=_CANCEL,
    ),
    # Reservations from a quote go only this way.
    entry(
        "quote_package.create",
        "POST /quote-packages",
        UNSAFE,
        ASSUMED,
        "Ask for quotes",
        "quotePackageId, status, expiresUTC, quotes",
        content=_QUOTE,
    ),
    entry(
        "quote_package.get",
        "GET /quote-packages/{quote_package_id}",
        READ,
        ASSUMED,
        "One quote package",
        "quotePackageId, status, expiresUTC, quotes",
    ),
    entry(
        "quote_package.book",
        "POST /quote-packages/{quote_package_id}/book",
        UNSAFE,
        ASSUMED,
        "Book one of the quotes",
        "Reservation",
        content=_BOOK,
    ),
    # Webhooks: the root is documented, nothing else is.
    entry("webhooks.list", "GET /webhooks", READ, ASSUMED, "All subscriptions", "list of Webhook", rows="webhookId"),
    entry("webhook.create", "POST /webhooks", UNSAFE, ASSUMED, "Subscribe", "Webhook", content=_ANYTHING),
    entry("webhook.delete", "DELETE /webhooks/{webhook_id}", IDEMPOTENT, ASSUMED, "End a subscription", "nothing"),
    # Money
    entry(
        "employee_pays.search",
        "POST /employee-pays/search",
        READ,
        SEEN,
        "What drivers are paid",
        "list of EmployeePay",
        content=_PAY_SEARCH,
        rows="employeePayId",
    ),
    entry(
        "reservation.employee_pays",
        "GET /reservation-pays/{reservation_id}/employee-pays",
        READ,
        SEEN,
        "What a trip pays its driver",
        "EmployeePay, one or a list",
    ),
    entry(
        "invoices.aging_report",
        "POST /Invoices/aging-report",
        READ,
        SEEN,
        "Open invoices by age",
        "agingInvoiceInfoList, agingBillToSummaryList, invoiceAgingReportRequest",
        content=_AGING,
    ),
    entry(
        "documents.employee_pay_report",
        "POST /communication/view-document/employee-pay-report",
        READ,
        SEEN,
        "A driver's pay report",
        "the document's bytes",
        content=_PAY_REPORT,
        binary=True,
    ),
)
CATALOGUE: dict[str, Endpoint] = {endpoint.name: endpoint for endpoint in _ALL}
