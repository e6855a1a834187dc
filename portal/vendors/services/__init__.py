"""Writes of the register, by what they change; a contact's account is opened by `memberships`."""

from portal.vendors.services.contacts import ContactSheet, add_contact, remove_contact, revise_contact
from portal.vendors.services.entities import EntitySheet, create_entity, describe_entity
from portal.vendors.services.experts import grant_expert, withdraw_expert
from portal.vendors.services.importing import (
    MOST_BYTES,
    Material,
    Review,
    abandon,
    carry_out,
    decide,
    finish,
    map_columns,
    material,
    replace_file,
    start,
)
from portal.vendors.services.loading import Outcome
from portal.vendors.services.provided import MECHANISMS, ServiceSheet, add_service, end_service, revise_service
from portal.vendors.services.refusing import LooksAlike, Unsound
from portal.vendors.services.sheets import Sheet, assign_owner, change_status, create, describe
from portal.vendors.services.tiering import facts_of, reclassify, reclassify_some

__all__ = [
    "MECHANISMS",
    "MOST_BYTES",
    "ContactSheet",
    "EntitySheet",
    "LooksAlike",
    "Material",
    "Outcome",
    "Review",
    "ServiceSheet",
    "Sheet",
    "Unsound",
    "abandon",
    "add_contact",
    "add_service",
    "assign_owner",
    "carry_out",
    "change_status",
    "create",
    "create_entity",
    "decide",
    "describe",
    "describe_entity",
    "end_service",
    "facts_of",
    "finish",
    "grant_expert",
    "map_columns",
    "material",
    "reclassify",
    "reclassify_some",
    "remove_contact",
    "replace_file",
    "revise_contact",
    "revise_service",
    "start",
    "withdraw_expert",
]
