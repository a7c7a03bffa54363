"""Regions of Fastrac: the sub-districts that tariffs and orders name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airflow_provider_fleetops.operators.fastrac.base import FastracReferenceOperator


class FastracListProvincesOperator(FastracReferenceOperator):
    """List the provinces.

    Returns one object each: ``province_id`` and ``name``.
    """

    entry: ClassVar[str] = "regions.provinces"
    returns: ClassVar[Sequence[str]] = ("province_id", "name")


class FastracListCitiesOperator(FastracReferenceOperator):
    """List the cities of a province.

    Returns one object each: ``city_id``, ``name``, ``province_id``.

    :param province_id: a code of two digits. (templated)
    """

    entry: ClassVar[str] = "regions.cities"
    takes: ClassVar[Mapping[str, str]] = {"province_id": "province_id"}
    returns: ClassVar[Sequence[str]] = ("city_id", "name", "province_id")
    docs_page: ClassVar[str] = "city-19817634e0"

    def __init__(self, *, province_id: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.province_id = province_id


class FastracListDistrictsOperator(FastracReferenceOperator):
    """List the districts of a city.

    Returns one object each: ``district_id``, ``name``, ``city_id``.

    :param city_id: a code of four digits. (templated)
    """

    entry: ClassVar[str] = "regions.districts"
    takes: ClassVar[Mapping[str, str]] = {"city_id": "city_id"}
    returns: ClassVar[Sequence[str]] = ("district_id", "name", "city_id")
    docs_page: ClassVar[str] = "district-19817635e0"

    def __init__(self, *, city_id: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.city_id = city_id


class FastracListSubDistrictsOperator(FastracReferenceOperator):
    """List the sub-districts of a district (API v2).

    Returns one object each: ``subdistrict_id``, ``name``, ``district_id``, ``post_code``.

    :param district_id: a code of seven digits. (templated)
    """

    entry: ClassVar[str] = "regions.sub_districts"
    takes: ClassVar[Mapping[str, str]] = {"district_id": "district_id"}
    returns: ClassVar[Sequence[str]] = ("subdistrict_id", "name", "district_id", "post_code")

    def __init__(self, *, district_id: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.district_id = district_id


class FastracFindPostCodeOperator(FastracReferenceOperator):
    """Find the sub-districts of a post code.

    Returns one object each: ``subdistrict_id``, which tariffs and orders want, ``subdistrict``, ``district`` and, where
    Fastrac tells them, ``city_name``, ``province_name``, ``post_code``.

    :param postal_code: the post code. (templated)
    """

    entry: ClassVar[str] = "regions.post_codes"
    takes: ClassVar[Mapping[str, str]] = {"postal_code": "postal_code"}
    returns: ClassVar[Sequence[str]] = (
        "subdistrict_id",
        "subdistrict",
        "district",
        "city_name",
        "province_name",
        "post_code",
    )

    def __init__(self, *, postal_code: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.postal_code = postal_code


class FastracSearchRegionsOperator(FastracReferenceOperator):
    """Search sub-districts by a part of their names, with all pages.

    Returns one object each: ``id``, which tariffs and orders want, and ``name``, which holds the post code too.

    :param keyword: what to search for. (templated)
    """

    entry: ClassVar[str] = "regions.search"
    sends: ClassVar[Mapping[str, str]] = {"keyword": "keyword"}
    returns: ClassVar[Sequence[str]] = ("id", "name")
    calls: ClassVar[str] = "1 for 10 rows in 24 h, for all tasks"

    def __init__(self, *, keyword: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.keyword = keyword
