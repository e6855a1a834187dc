"""Writes of questionnaires: the freezing of those asked, and those written in the portal."""

from portal.questionnaires.services.freezing import publish
from portal.questionnaires.services.own_making import copy_questionnaire, create_own, keep_import
from portal.questionnaires.services.own_publishing import archive_own, differs, number_of_next, publish_own, restore_own
from portal.questionnaires.services.own_questions import (
    add_question,
    edit_question,
    make_own_question,
    move_question,
    remove_question,
    share_question,
    try_question,
)
from portal.questionnaires.services.own_sections import (
    add_section,
    edit_head,
    edit_section,
    move_section,
    remove_section,
)
from portal.questionnaires.services.own_text import (
    IncompleteQuestionnaire,
    OwnHead,
    OwnTexts,
    RefusedQuestion,
    defects_of,
    document_of,
    fields_of,
    missing_from,
    reading_of,
)

__all__ = [
    "IncompleteQuestionnaire",
    "OwnHead",
    "OwnTexts",
    "RefusedQuestion",
    "add_question",
    "add_section",
    "archive_own",
    "copy_questionnaire",
    "create_own",
    "defects_of",
    "differs",
    "document_of",
    "edit_head",
    "edit_question",
    "edit_section",
    "fields_of",
    "keep_import",
    "make_own_question",
    "missing_from",
    "move_question",
    "move_section",
    "number_of_next",
    "publish",
    "publish_own",
    "reading_of",
    "remove_question",
    "remove_section",
    "restore_own",
    "share_question",
    "try_question",
]
