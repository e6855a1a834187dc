"""Pages of the register: the list, a vendor and what belongs to it, the group's entities, imports of lists."""

from portal.vendors import wording
from portal.vendors.views import (
    contacts,
    entities,
    experts,
    imports,
    messages,
    provided_services,
    register,
    stated_facts,
)
from portal.vendors.views.blueprint import bp

__all__ = [
    "bp",
    "contacts",
    "entities",
    "experts",
    "imports",
    "messages",
    "provided_services",
    "register",
    "stated_facts",
    "wording",
]
