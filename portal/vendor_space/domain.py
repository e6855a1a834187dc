"""What the vendors' own pages bring to the application; their navigation is their own."""

from portal.vendor_space import views
from portal.web.manifest import Domain

DOMAIN = Domain(blueprints=(views.bp,))
