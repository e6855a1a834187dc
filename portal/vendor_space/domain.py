"""What the vendor space brings to the application; it has a navigation of its own."""

from portal.vendor_space import views
from portal.web.manifest import Domain

DOMAIN = Domain(blueprints=(views.bp,))
