"""What the search brings to the application: its page stands under no entry, its field is on every page."""

from portal.search import views
from portal.web.manifest import Domain

DOMAIN = Domain(blueprints=(views.bp,))
