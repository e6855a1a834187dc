"""What the law of withdrawal brings to the application; its pages stand under « Rétractation »."""

from datetime import date
from typing import TYPE_CHECKING

from portal.consumer_law import views
from portal.consumer_law.legislation import metropolitan_france
from portal.core import workdays
from portal.core.late import late
from portal.web.manifest import Domain

if TYPE_CHECKING:
    from portal.consumer_law import cli
else:
    cli = late("portal.consumer_law.cli")


def _is_holiday(day: date) -> bool:
    return metropolitan_france().is_holiday(day)


workdays.holidays_are(_is_holiday)

DOMAIN = Domain(blueprints=(views.bp,), commands=lambda: (cli.withdrawals,), entry="samples.index")
