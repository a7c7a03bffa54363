"""A few Indonesian regions, numbered as by the statistics office: province 2 digits, city 4, district 7, village 10."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

# province, city, district, sub-district and post code; the ids of the contract's samples are among them.
_TABLE = """
31 DKI JAKARTA|3171 KOTA ADM. JAKARTA SELATAN|3171010 JAGAKARSA|3171010001 CIPEDAK|12630
31 DKI JAKARTA|3171 KOTA ADM. JAKARTA SELATAN|3171010 JAGAKARSA|3171010002 SRENGSENG SAWAH|12640
31 DKI JAKARTA|3171 KOTA ADM. JAKARTA SELATAN|3171010 JAGAKARSA|3171010003 CIGANJUR|12630
31 DKI JAKARTA|3171 KOTA ADM. JAKARTA SELATAN|3171010 JAGAKARSA|3171010004 JAGAKARSA|12620
31 DKI JAKARTA|3172 KOTA ADM. JAKARTA TIMUR|3172060 MAKASAR|3172060001 PINANG RANTI|13560
31 DKI JAKARTA|3172 KOTA ADM. JAKARTA TIMUR|3172060 MAKASAR|3172060004 HALIM PERDANA KUSUMAH|13610
31 DKI JAKARTA|3174 KOTA ADM. JAKARTA BARAT|3174050 GROGOL PETAMBURAN|3174050003 TANJUNG DUREN SELATAN|11470
31 DKI JAKARTA|3174 KOTA ADM. JAKARTA BARAT|3174050 GROGOL PETAMBURAN|3174050004 TANJUNG DUREN UTARA|11470
32 JAWA BARAT|3273 KOTA BANDUNG|3273120 CICENDO|3273120001 ARJUNA|40172
32 JAWA BARAT|3273 KOTA BANDUNG|3273120 CICENDO|3273120005 HUSEN SASTRANEGARA|40174
35 JAWA TIMUR|3515 KABUPATEN SIDOARJO|3515150 SEDATI|3515150008 BETRO|61253
35 JAWA TIMUR|3578 KOTA SURABAYA|3578110 GUBENG|3578110002 GUBENG|60281
35 JAWA TIMUR|3578 KOTA SURABAYA|3578110 GUBENG|3578110004 AIRLANGGA|60286
36 BANTEN|3671 KOTA TANGERANG|3671041 BENDA|3671041002 PAJANG|15126
36 BANTEN|3671 KOTA TANGERANG|3671041 BENDA|3671041004 BENDA|15125
51 BALI|5103 KABUPATEN BADUNG|5103020 KUTA|5103020003 TUBAN|80361
51 BALI|5103 KABUPATEN BADUNG|5103020 KUTA|5103020004 KUTA|80361
51 BALI|5171 KOTA DENPASAR|5171010 DENPASAR SELATAN|5171010004 SANUR|80228
"""


@dataclass(frozen=True, slots=True)
class Village:
    """A sub-district with everything above it; every id is a number."""

    province: tuple[int, str]
    city: tuple[int, str]
    district: tuple[int, str]
    own: tuple[int, str]
    post_code: str

    @property
    def id(self) -> int:
        """The ten-digit id."""
        return self.own[0]

    @property
    def display(self) -> str:
        """What the region search shows: names from small to large, then the post code."""
        return f"{self.own[1]}, {self.district[1]}, {self.city[1]}, {self.province[1]}, {self.post_code}"


@cache
def villages() -> dict[int, Village]:
    """Every sub-district by its ten-digit id."""
    return {village.id: village for village in _parse()}


def _parse() -> Iterator[Village]:
    for line in _TABLE.strip().splitlines():
        *named, post_code = line.split("|")
        province, city, district, own = ((int(part.split(" ", 1)[0]), part.split(" ", 1)[1]) for part in named)
        yield Village(province, city, district, own, post_code)


def provinces() -> list[dict[str, object]]:
    """All provinces."""
    return _rows({v.province: {"province_id": v.province[0], "name": v.province[1]} for v in villages().values()})


def cities(province_id: int) -> list[dict[str, object]]:
    """Cities of a province; none for an unknown one."""
    found = [v for v in villages().values() if v.province[0] == province_id]
    return _rows({v.city: {"city_id": v.city[0], "name": v.city[1], "province_id": province_id} for v in found})


def districts(city_id: int) -> list[dict[str, object]]:
    """Districts of a city; none for an unknown one."""
    found = [v for v in villages().values() if v.city[0] == city_id]
    return _rows({v.district: {"district_id": v.district[0], "name": v.district[1], "city_id": city_id} for v in found})


def sub_districts(district_id: int) -> list[dict[str, object]]:
    """Sub-districts of a district; none for an unknown one."""
    found = [v for v in villages().values() if v.district[0] == district_id]
    return [
        {"subdistrict_id": v.id, "name": v.own[1], "district_id": district_id, "post_code": v.post_code} for v in found
    ]


def by_post_code(post_code: str) -> list[dict[str, object]]:
    """Sub-districts that share a post code."""
    return [_post_code_row(v) for v in villages().values() if v.post_code == post_code]


def search(keyword: str) -> list[dict[str, object]]:
    """Sub-districts whose display string holds every word of ``keyword``."""
    words = keyword.upper().replace(",", " ").split()
    return [{"id": v.id, "name": v.display} for v in villages().values() if all(word in v.display for word in words)]


def _post_code_row(village: Village) -> dict[str, object]:
    return {
        "subdistrict_id": village.id,
        "subdistrict": village.own[1],
        "district_id": village.district[0],
        "district": village.district[1],
        "city_id": village.city[0],
        "city_name": village.city[1],
        "province_id": village.province[0],
        "province_name": village.province[1],
        "post_code": village.post_code,
    }


def _rows(unique: dict[tuple[int, str], dict[str, object]]) -> list[dict[str, object]]:
    return list(unique.values())
