"""Writes of the register, by what they change; a contact's account is opened by `memberships`."""

from portal.vendors.services.chain import keep_data_transfers, keep_officer, keep_sub_processors
from portal.vendors.services.classification import facts_of, reclassify, reclassify_some
from portal.vendors.services.contacts import ContactSheet, add_contact, remove_contact, revise_contact
from portal.vendors.services.entities import EntitySheet, create_entity, describe_entity
from portal.vendors.services.experts import grant_expert, withdraw_expert
from portal.vendors.services.facts_requests import (
    accept_facts,
    answer_facts_request,
    ask_facts,
    find_facts_request,
    set_facts_aside,
)
from portal.vendors.services.form_drafts import draft_key, drop_draft, find_draft, keep_draft
from portal.vendors.services.import_writing import ImportOutcome
from portal.vendors.services.imports import (
    AT_ONCE,
    MOST_BYTES,
    ImportMaterial,
    ImportReview,
    abandon_import,
    carry_out_import,
    correct_cells,
    decide_duplicates,
    finish_import,
    import_material,
    keep_promise,
    map_columns,
    promise_import,
    replace_file,
    start_import,
    stop_import,
)
from portal.vendors.services.levels import VendorLevel, keep_level
from portal.vendors.services.messages import resend_given_up, resend_message
from portal.vendors.services.provided_services import MECHANISMS, ServiceSheet, add_service, end_service, revise_service
from portal.vendors.services.refusals import InvalidSheet, PossibleDuplicate
from portal.vendors.services.signed_contracts import (
    COPY_KINDS,
    LONGEST_REASON,
    SignedCopy,
    cancel_signed_contract,
    end_signed_contract,
    keep_signed_copy,
    keep_standing,
    move_signed_contract,
    record_signed_contract,
    seal_signed_copy,
)
from portal.vendors.services.spellings import add_spellings
from portal.vendors.services.stated_facts import preview_facts, state_facts
from portal.vendors.services.vendor_sheet import (
    VendorSheet,
    assign_owner,
    change_status,
    create_vendor,
    describe_vendor,
    search_text,
)

__all__ = [
    "AT_ONCE",
    "COPY_KINDS",
    "LONGEST_REASON",
    "MECHANISMS",
    "MOST_BYTES",
    "ContactSheet",
    "EntitySheet",
    "ImportMaterial",
    "ImportOutcome",
    "ImportReview",
    "InvalidSheet",
    "PossibleDuplicate",
    "ServiceSheet",
    "SignedCopy",
    "VendorLevel",
    "VendorSheet",
    "abandon_import",
    "accept_facts",
    "add_contact",
    "add_service",
    "add_spellings",
    "answer_facts_request",
    "ask_facts",
    "assign_owner",
    "cancel_signed_contract",
    "carry_out_import",
    "change_status",
    "correct_cells",
    "create_entity",
    "create_vendor",
    "decide_duplicates",
    "describe_entity",
    "describe_vendor",
    "draft_key",
    "drop_draft",
    "end_service",
    "end_signed_contract",
    "facts_of",
    "find_draft",
    "find_facts_request",
    "finish_import",
    "grant_expert",
    "import_material",
    "keep_data_transfers",
    "keep_draft",
    "keep_level",
    "keep_officer",
    "keep_promise",
    "keep_signed_copy",
    "keep_standing",
    "keep_sub_processors",
    "map_columns",
    "move_signed_contract",
    "preview_facts",
    "promise_import",
    "reclassify",
    "reclassify_some",
    "record_signed_contract",
    "remove_contact",
    "replace_file",
    "resend_given_up",
    "resend_message",
    "revise_contact",
    "revise_service",
    "seal_signed_copy",
    "search_text",
    "set_facts_aside",
    "start_import",
    "state_facts",
    "stop_import",
    "withdraw_expert",
]
