"""Fixed ingredients of the invented operator: airports (public facts), a fleet, and names of nobody."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt


@dataclass(frozen=True, slots=True)
class Airport:
    """An airport; ``faa`` only in the USA."""

    id: int
    icao: str
    iata: str
    name: str
    city: str
    country: str
    zone: str
    latitude: float
    longitude: float
    elevation: int
    faa: str | None = None

    def distance(self, other: Airport) -> float:
        """Return the great-circle distance in kilometres."""
        a, b = radians(self.latitude), radians(other.latitude)
        dx = radians(other.longitude - self.longitude)
        return 12742 * asin(sqrt(sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(dx / 2) ** 2))


_AIRPORTS = """
LOWW VIE Vienna-Schwechat|Vienna|AT|Europe/Vienna|48.110|16.570|600
LOWS SZG Salzburg|Salzburg|AT|Europe/Vienna|47.793|13.004|1411
LOWG GRZ Graz|Graz|AT|Europe/Vienna|46.991|15.440|1115
LSZH ZRH Zurich|Zurich|CH|Europe/Zurich|47.458|8.548|1416
LSZB BRN Bern-Belp|Bern|CH|Europe/Zurich|46.914|7.497|1673
LSGG GVA Geneva|Geneva|CH|Europe/Zurich|46.238|6.109|1411
LFPB LBG Paris-Le Bourget|Paris|FR|Europe/Paris|48.969|2.441|218
LFMN NCE Nice Cote d'Azur|Nice|FR|Europe/Paris|43.665|7.215|12
EGGW LTN London Luton|London|GB|Europe/London|51.875|-0.368|526
EDDM MUC Munich|Munich|DE|Europe/Berlin|48.354|11.786|1487
EDDB BER Berlin Brandenburg|Berlin|DE|Europe/Berlin|52.362|13.501|157
LIML LIN Milan Linate|Milan|IT|Europe/Rome|45.445|9.277|353
LEPA PMI Palma de Mallorca|Palma|ES|Europe/Madrid|39.552|2.739|27
EHAM AMS Amsterdam Schiphol|Amsterdam|NL|Europe/Amsterdam|52.308|4.764|-11
LKPR PRG Prague|Prague|CZ|Europe/Prague|50.101|14.260|1247
WIHH HLP Jakarta Halim|Jakarta|ID|Asia/Jakarta|-6.266|106.891|84
WADD DPS Bali Ngurah Rai|Denpasar|ID|Asia/Makassar|-8.748|115.167|14
WARR SUB Surabaya Juanda|Surabaya|ID|Asia/Jakarta|-7.380|112.787|9
WAHS SRG Semarang Ahmad Yani|Semarang|ID|Asia/Jakarta|-6.971|110.374|13
WSSL XSP Singapore Seletar|Singapore|SG|Asia/Singapore|1.417|103.868|36
KTEB TEB Teterboro|New York|US|America/New_York|40.850|-74.061|9
"""

FUEL_AIRPORTS = ("AGAT", "AGGR", "EBCR", "EGSK", "EHPC", "EPJA", "DAOS")
"""The vendor's sandbox knows fuel prices only there (https://developer.fl3xx.com/reference/v2/airport-fuel-prices)."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _airport(index: int, line: str) -> Airport:
    codes, city, country, zone, latitude, longitude, elevation = line.split("|")
    icao, iata, name = codes.split(" ", 2)
    faa = "TEB" if icao == "KTEB" else None
    return Airport(
        2000 + index, icao, iata, name, city, country, zone, float(latitude), float(longitude), int(elevation), faa
    )


AIRPORTS = {
    airport.icao: airport for airport in (_airport(i, line) for i, line in enumerate(_AIRPORTS.strip().splitlines()))
}
BY_CODE = {
    code: airport for airport in AIRPORTS.values() for code in (airport.icao, airport.iata, airport.faa) if code
} | {str(airport.id): airport for airport in AIRPORTS.values()}
EUROPE = tuple(code for code in AIRPORTS if code[0] in "LE")
INDONESIA = tuple(code for code in AIRPORTS if code[0] == "W")

# tail, type designator, model, category, seats, home base, first departure (UTC hour)
FLEET = (
    ("OE-SIM", "C56X", "Citation XLS+", "MIDSIZE_JET", 8, "LOWW", 5),
    ("OE-SIB", "C25B", "Citation CJ3", "LIGHT_JET", 7, "LOWS", 5),
    ("D-CSIM", "E55P", "Phenom 300", "LIGHT_JET", 8, "EDDM", 6),
    ("HB-SIM", "PC24", "PC-24", "LIGHT_JET", 8, "LSZH", 5),
    ("9H-SIM", "CL35", "Challenger 350", "SUPER_MIDSIZE_JET", 9, "LFPB", 6),
    ("9H-SIX", "GLEX", "Global Express", "ULTRA_LONG_RANGE_JET", 13, "EGGW", 6),
    ("PK-SIM", "C56X", "Citation XLS+", "MIDSIZE_JET", 8, "WIHH", 1),
    ("PK-SIB", "H25B", "Hawker 800XP", "MIDSIZE_JET", 8, "WIHH", 1),
)

FIRST_NAMES = _words(
    "Ada Bo Cleo Dario Elin Faruk Greta Hugo Ines Jonas Kaia Luca Mira Nils Oona Pavel Quinn Rosa Sami Tilda "
    "Umar Vera Wim Xenia Yara Zeno Agus Budi Citra Dewi"
)
LAST_NAMES = _words(
    "Examplesen Sampleton Testcase Mockford Fakewell Placeholder Dummyrova Stubbings Specimen Fixturini "
    "Inventado Nobodyson Prototyp Loremsky Ipsumova Dolorez Ametti Konsekt Elitsch Tempora Wijayasim Santosim"
)
COMPANIES = (
    "Simulated Holdings",
    "Invented Capital",
    "Placeholder Media",
    "Mockup Motors",
    "Fixture Foods",
    "Sample Sports",
    "Testbed Trading",
    "Nusantara Contoh",
    "Dummy Diagnostics",
    "Prototype Pharma",
)
FLIGHT_DECK = ("CMD", "FO")
CREW_ROLES = frozenset(
    _words(
        "CMD FO ENG FA CC CA MED1 AUGM_CREW ADD_CREW OBS DHC AUG_PIC AUG_SIC AUG_FA INSTRUCTOR CHECK_AIRMAN "
        "GROUND_INSTRUCTOR MD RN MEDIC MAINTENANCE JUMPSEAT LOAD_MASTER OPS_CONTROL FLIGHT_COORDINATOR COURIER "
        "INSPECTOR COMPANY_REP SINGLE_PILOT TRI TRE USER0 USER1 USER2 USER3 USER4 USER5 USER6 USER7 USER8 USER9"
    )
)
"""https://developer.fl3xx.com/reference/flight-crew/createflightcrew"""
DISPATCH_STATUSES = frozenset(_words("NA NR INIT DO REQ HOLD OK CNL DO_REVISED REQ_REVISED HOLD_REVISED OK_REVISED"))
PAX_TYPES = ("NONE", "MALE", "FEMALE", "CHILD", "INFANT", "OTHER")
