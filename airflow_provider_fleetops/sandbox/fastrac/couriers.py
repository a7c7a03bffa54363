"""Couriers of the sandbox: what each can do, its services, and what they charge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from airflow_provider_fleetops.sandbox.fastrac.regions import Village

CATEGORIES = (
    "Perlengkapan Mobil & Motor",
    "Peralatan Olahraga & Hiburan",
    "Peralatan Kesehatan & Kecantikan",
    "Peralatan Rumah Tangga",
    "Peralatan Elektronik & Gadget",
    "Dokumen",
    "Dokumen Berharga",
    "Pecah Belah",
    "Pakaian",
)
VEHICLES = (
    "bike",
    "sedan",
    "mpv",
    "van",
    "truck175",
    "truck330",
    "engkelbak",
    "engkelbox",
    "cddbak",
    "cddbox",
    "fusobak",
    "fusobox",
)
TARIFF_GROUPS = ("nextday", "regular", "sameday", "cargo")


@dataclass(frozen=True, slots=True)
class Service:
    """One service. ``group`` is a key of the express tariff, or ``instant``; prices in rupiah per kilogram."""

    code: str
    name: str
    group: str
    etd: tuple[int, int, str]
    per_kg: int
    max_grams: int
    reach: str = "country"
    """Where it delivers: ``province`` (both ends in one) or ``country``."""

    def row(self) -> dict[str, object]:
        """The row as the vendor lists it."""
        start, end, unit = self.etd
        return {
            "nama_service": self.name,
            "code_service": self.code,
            "etd_start": start,
            "etd_end": end,
            "etd_unit": unit,
        }


@dataclass(frozen=True, slots=True)
class Courier:
    """One courier. Fees in percent of the goods' value with a floor in rupiah; ``divisor`` is cm3 per kilogram."""

    code: str
    name: str
    services: tuple[Service, ...]
    cod: bool = True
    cod_fee: float = 3.0
    cod_fee_min: int = 2_000
    insurance: float = 0.25
    insurance_minimum: int = 2_000
    pickup: bool = True
    dropoff: bool = True
    divisor: int = 6_000
    vehicles: tuple[str, ...] = ("bike",)

    def service(self, code: str) -> Service | None:
        """A service by its exact code: codes are free-form and never normalised."""
        return next((service for service in self.services if service.code == code), None)

    @property
    def express(self) -> tuple[Service, ...]:
        """The services that an express order may name."""
        return tuple(service for service in self.services if service.group != "instant")

    @property
    def instant(self) -> tuple[Service, ...]:
        """The services that an instant tariff may offer."""
        return tuple(service for service in self.services if service.group == "instant")

    def row(self) -> dict[str, object]:
        """The row as the vendor lists it."""
        return {
            "courier_code": self.code,
            "courier_name": self.name,
            "logo": f"https://static.example/{self.code}.png",
            "cod": self.cod,
            "cod_fee": self.cod_fee,
            "cod_fee_min": self.cod_fee_min,
            "insurance": self.insurance,
            "insurance_minimum": self.insurance_minimum,
            "pickup": self.pickup,
            "dropoff": self.dropoff,
            "express_delivery": bool(self.express),
            "instant_delivery": bool(self.instant),
        }


COURIERS = (
    Courier(
        "paxel",
        "Paxel",
        (
            Service("sameday", "Paxel Sameday", "sameday", (6, 8, "hours"), 17_000, 5_000, "province"),
            Service("PAXEL BIG", "Paxel Big", "cargo", (2, 3, "days"), 7_000, 60_000),
            Service("paxel_instant_bike", "Paxel Instant Bike", "instant", (1, 2, "hours"), 26_000, 20_000, "province"),
        ),
        dropoff=False,
    ),
    Courier(
        "anteraja",
        "AnterAja",
        (
            Service("ND", "AnterAja Next Day", "nextday", (1, 1, "days"), 16_000, 20_000),
            Service("REG", "AnterAja Reguler", "regular", (2, 4, "days"), 9_500, 50_000),
        ),
    ),
    Courier(
        "idx",
        "ID Express",
        (
            Service("STD", "IDX Standard", "regular", (2, 3, "days"), 9_000, 50_000),
            Service("cargo", "IDX Cargo", "cargo", (3, 6, "days"), 4_500, 300_000),
        ),
        cod_fee=2.5,
    ),
    Courier(
        "lalamove",
        "Lalamove",
        (Service("lalamove_instant", "Lalamove", "instant", (1, 3, "hours"), 30_000, 800_000, "province"),),
        cod=False,
        dropoff=False,
        vehicles=VEHICLES,
    ),
    Courier(
        "grab",
        "Grab Express",
        (Service("grab_instant", "Grab Instant", "instant", (1, 2, "hours"), 24_000, 20_000, "province"),),
        cod=False,
        dropoff=False,
    ),
)
BY_CODE = {courier.code: courier for courier in COURIERS}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of goods: centimetres and grams per unit, rupiah per unit."""

    name: str
    length: float
    width: float
    height: float
    weight: float
    quantity: int = 1
    value: float = 0


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a cart weighs for one courier, in grams; ``box`` is length, width, height of the packed box."""

    total: int
    volumetric: int
    charged: int
    box: tuple[int, int, int]

    @property
    def dimension(self) -> str:
        """The box as the vendor writes it: ``LxWxH`` in centimetres."""
        return "x".join(str(side) for side in self.box)


def pack(items: Sequence[Item], divisor: int) -> Parcel:
    """Stack the items and weigh them.

    Volumetric kilograms are the sum of l*w*h*quantity over the divisor; the charged weight is the larger of the real
    weight and the box's volume over the divisor
    (https://fastrac-b2b-stg-v2.apidog.io/calculate-multi-items-20205132e0, fitted to its example).
    """
    volume = sum(item.length * item.width * item.height * item.quantity for item in items)
    total = sum(item.weight * item.quantity for item in items)
    length, width = max(item.length for item in items), max(item.width for item in items)
    box = (ceil(length), ceil(width), max(1, ceil(volume / (length * width))))
    by_box = box[0] * box[1] * box[2] / divisor * 1_000
    return Parcel(round(total), round(volume / divisor * 1_000), round(max(total, by_box)), box)


def serves(service: Service, origin: Village, destination: Village) -> bool:
    """Whether the service runs between two sub-districts."""
    return service.reach == "country" or origin.province == destination.province


def base_tariff(service: Service, origin: Village, destination: Village, grams: float) -> int:
    """Rupiah before discount: started kilograms times the price, dearer from city to city and island to island."""
    factor = 1.0
    if origin.city != destination.city:
        factor = 1.5
    if origin.province != destination.province:
        factor = 2.0
    return round(service.per_kg * factor) * max(1, ceil(grams / 1_000))


def discount(tariff: int) -> int:
    """Five per cent for partners, to whole hundreds of rupiah."""
    return tariff * 5 // 100 // 100 * 100
