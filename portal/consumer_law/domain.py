"""What the law of withdrawal brings to the application; its pages stand under « Rétractation »."""

from portal.consumer_law import views
from portal.consumer_law.cli import withdrawals
from portal.web.manifest import Domain

DOMAIN = Domain(blueprints=(views.bp,), commands=(withdrawals,), entry="samples.index")
