from .account import (
    FastracBalanceHistoryOperator as FastracBalanceHistoryOperator,
)
from .account import (
    FastracGetWebhookOperator as FastracGetWebhookOperator,
)
from .account import (
    FastracReadBalanceOperator as FastracReadBalanceOperator,
)
from .account import (
    FastracSetWebhookOperator as FastracSetWebhookOperator,
)
from .couriers import (
    FastracCalculateItemsOperator as FastracCalculateItemsOperator,
)
from .couriers import (
    FastracListCategoriesOperator as FastracListCategoriesOperator,
)
from .couriers import (
    FastracListCouriersOperator as FastracListCouriersOperator,
)
from .couriers import (
    FastracListServicesOperator as FastracListServicesOperator,
)
from .instant import (
    FastracCheckInstantTariffOperator as FastracCheckInstantTariffOperator,
)
from .instant import (
    FastracCreateInstantShipmentOperator as FastracCreateInstantShipmentOperator,
)
from .regions import (
    FastracFindPostCodeOperator as FastracFindPostCodeOperator,
)
from .regions import (
    FastracListCitiesOperator as FastracListCitiesOperator,
)
from .regions import (
    FastracListDistrictsOperator as FastracListDistrictsOperator,
)
from .regions import (
    FastracListProvincesOperator as FastracListProvincesOperator,
)
from .regions import (
    FastracListSubDistrictsOperator as FastracListSubDistrictsOperator,
)
from .regions import (
    FastracSearchRegionsOperator as FastracSearchRegionsOperator,
)
from .shipments import (
    FastracCancelShipmentOperator as FastracCancelShipmentOperator,
)
from .shipments import (
    FastracCreateShipmentOperator as FastracCreateShipmentOperator,
)
from .shipments import (
    FastracTrackShipmentOperator as FastracTrackShipmentOperator,
)
from .tariffs import (
    FastracCheckTariffOperator as FastracCheckTariffOperator,
)
