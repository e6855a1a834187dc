"""What notices bring to the application."""

from portal.notices import tasks, wording
from portal.web.manifest import Domain

DOMAIN = Domain(tasks=(tasks,), wording=(wording,))
