"""Writes of the register, by what they change; a contact's account is opened by `memberships`."""

from portal.vendors.services.contacts import ContactSheet, add_contact, remove_contact, revise_contact
from portal.vendors.services.entities import EntitySheet, create_entity, describe_entity
from portal.vendors.services.experts import grant_expert, withdraw_expert
from portal.vendors.services.provided import MECHANISMS, ServiceSheet, add_service, end_service, revise_service
from portal.vendors.services.refusing import LooksAlike, Unsound
from portal.vendors.services.sheets import Sheet, assign_owner, change_status, create, describe
from portal.vendors.services.tiering import facts_of, reclassify

__all__ = [
    "MECHANISMS",
    "ContactSheet",
    "EntitySheet",
    "LooksAlike",
    "ServiceSheet",
    "Sheet",
    "Unsound",
    "add_contact",
    "add_service",
    "assign_owner",
    "change_status",
    "create",
    "create_entity",
    "describe",
    "describe_entity",
    "end_service",
    "facts_of",
    "grant_expert",
    "reclassify",
    "remove_contact",
    "revise_contact",
    "revise_service",
    "withdraw_expert",
]
