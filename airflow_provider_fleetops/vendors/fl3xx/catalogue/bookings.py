"""API v1: quotes, bookings, their legs, empty legs and accounting."""

from __future__ import annotations

from dataclasses import replace

from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Body, Endpoint, Field, Kind, Pattern
from airflow_provider_fleetops.protocol.paging import Paging
from airflow_provider_fleetops.vendors.fl3xx.catalogue.entries import ROWS, SEEN, changed, minute, v1

_quote = v1("Quotes and bookings")
_leg = v1("Legs of a booking")
_money = v1("Accounting")

_CUSTOMER = Field("customer", Type.OBJECT, required=True, doc="{firstName, lastName, email, account{name, …}, …}")
_LEGS = Field("legs", Type.ARRAY, required=True, minimum=1, doc="[{departureAirport, arrivalAirport, departureDate}]")
_REFERENCE = Field("externalReference", maximum=200, doc="your own key: bookings are found by it")
_ORIGIN = (Field("workflow"), Field("workflowCustomName"), Field("origin"), Field("comment"))
PRICES = ("price", "accountPrice", "quotePrice")
_PLAIN = (
    _REFERENCE,
    *_ORIGIN,
    Field("autoCreatePosFlights", Type.BOOLEAN),
    Field("avinodeQuoteId"),
    *(Field(name, Type.OBJECT, doc="{net, gross, vat, currency, …}") for name in PRICES),
)
_AMOUNTS = ("charterCost", "exchangeRate", "fet", "gross", "net", "tax", "vat", "vatPerc")
_CURRENCY = Pattern(r"[A-Z]{3}", "must be three capital letters, as in ISO 4217")
PRICE = Body((*(Field(name, Type.NUMBER) for name in _AMOUNTS), Field("currency", pattern=_CURRENCY)))

# Times of legs are YYYY-MM-DDTHH:MM without a zone, in pairs: departureDate (local), departureDateUTC.
QUOTE = Body((_CUSTOMER, _LEGS, Field("aircraft", doc="tail number"), *_PLAIN))
BOOKING = Body((_CUSTOMER, _LEGS, Field("aircraft", required=True, doc="tail number"), *_PLAIN))
CHANGE = Body((Field("legs", Type.ARRAY), Field("customer", Type.OBJECT), Field("aircraft"), *_PLAIN))
_LEG_FIELDS = (
    "aircraft", "departureAirport", "arrivalAirport", "departureDate", "departureDateUTC", "arrivalDate",
    "arrivalDateUTC", "workflow", "workflowCustomName",
)  # fmt: skip
LEG = Body((*(Field(name) for name in _LEG_FIELDS), Field("pax", Type.INTEGER, minimum=0, maximum=1000)))

# The size is the documented default: a larger one might be cut silently, and rows would be missed.
_BOOKING_PAGES = Paging("page", "page", "size", page_size=10, unique="bookingid", cursor=changed("last_request"))
_CHANGED_ROWS = replace(ROWS, unique="bookingid", cursor=changed("last_request"))
_WHO = (
    Field("customer_id", Type.INTEGER, wire="customerId"),
    Field("customer_account_id", Type.INTEGER, wire="customerAccountId"),
)
_SINCE = minute("last_request", "lastRequest", doc="changed since then; the zone FL3XX reads it in is not documented")

ENTRIES: tuple[Endpoint, ...] = (
    _quote(
        "quote.lookup", "POST /quote/lookup", "/docs/quote-bookings",
        "Simulate price and feasibility; nothing is stored", "{legs, price, …}", kind=Kind.READ, body=QUOTE,
    ),
    _quote("quote.create", "POST /quote", "/docs/quote-bookings", "Create a quote request", "quote", body=QUOTE),
    _quote("quote.update", "PUT /quote/{reference}", "/docs/modifying", "Change a quote", "quote", body=CHANGE),
    _quote(
        "quote.get", "GET /quote/{reference}", "/docs/read-bookings",
        "One quote or booking, by bookingid or your own externalReference", "quote or booking (personal)",
    ),
    _quote(
        "booking.create", "POST /quote/book", "/docs/create-a-booking", "Create a confirmed booking",
        "booking (personal)", body=BOOKING,
    ),
    _quote(
        "booking.update", "PUT /quote/book/{booking_reference}", "/docs/modifying",
        "Change a booking: the whole object; with a departure send its arrival too", "booking (personal)", body=CHANGE,
    ),
    _quote(
        "bookings.list", "GET /quote/bookings", "/docs/get-list-of-bookings-relevant-for-accounting",
        "Bookings changed since a time", "list of bookings (personal)", paging=_BOOKING_PAGES,
        query=(
            minute(_SINCE.name, _SINCE.wire, required=True, doc=_SINCE.doc),
            Field("filter", enum=("PAID", "NOT_PAID", "READY_TO_INVOICE", "NOT_TRANSFERED")),
            *_WHO,
            Field("page", Type.INTEGER, minimum=0),
            Field("size", Type.INTEGER, minimum=1),
        ),
    ),
    _quote(
        "quotes.list", "GET /quote/notbooked", "/docs/read-bookings", "Open quotes and requests changed since a time",
        "list of quotes (personal)", query=(_SINCE, *_WHO), paging=_CHANGED_ROWS,
    ),
    _quote(
        "booking.sold_snapshot", "GET /quote/{reference}/bookedSnapshot",
        "/changelog/new-endpoint-sold-itinerary-snapshot", "The itinerary as it was sold", "{grossPrice, legs}",
    ),
    _quote("quote.price", "GET /quote/price", "/reference/quotes", "Pricing; its parameters are not known", "prices"),
    _quote(
        "quote.history", "GET /quote/{reference}/history", "https://github.com/jding-airsprint/fl3xx_stage_quotes",
        "The history of a quote", "shape not known", confidence=SEEN,
    ),
    _quote(
        "empty_legs.list", "GET /quote/legs/empty", "/guides/guides/empty-legs",
        "Legs that staff offers as empty legs, with a price, on API-visible tails", "list of legs", paging=ROWS,
    ),
    _leg(
        "legs.list", "GET /leg/{reference}", "/reference/booking-itinerary-(legs)", "The legs of a quote or booking",
        "list of legs", paging=ROWS,
    ),
    _leg(
        "leg.add", "POST /leg/{booking_reference}", "/reference/booking-itinerary-(legs)", "Add a leg", "leg", body=LEG,
    ),
    _leg(
        "leg.update", "PUT /leg/{booking_reference}/{flight_id}", "/reference/booking-itinerary-(legs)",
        "Change a leg; with a departure send its arrival too", "leg", body=LEG,
    ),
    _leg(
        "leg.update_by_id", "PUT /leg/{leg_id}", "/docs/modifying", "Change a leg, as one guide shows it", "leg",
        body=LEG,
    ),
    _leg(
        "leg.remove", "DELETE /leg/{booking_reference}/{flight_id}", "/reference/booking-itinerary-(legs)",
        "Remove a leg",
    ),
    _money(
        "accounting.get", "GET /accounting/booking/{booking_id}", "/docs/accounting",
        "Accounting entries and payments of a booking", "{entries, payments}",
    ),
    _money(
        "invoices.list", "GET /accounting/booking/{booking_id}/invoices", "/reference/accounting.md",
        "The invoices of a booking", "list of invoices", paging=ROWS,
    ),
    _money(
        "attachment.get", "GET /accounting/attachments/{uuid}", "/reference/accounting.md", "An invoice document",
        "bytes (PDF)", binary=True,
    ),
)  # fmt: skip
