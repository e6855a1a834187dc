"""What evidence brings to the application."""

from portal.evidence import tasks, views, wording
from portal.evidence.cli import evidence
from portal.web.manifest import Domain

DOMAIN = Domain(blueprints=(views.bp,), tasks=(tasks,), wording=(wording,), commands=(evidence,))
