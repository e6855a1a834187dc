"""The blueprint of the pages on which a questionnaire is written, and what several of them need."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.questionnaires import queries
from portal.questionnaires.authoring.own_page import readable
from portal.questionnaires.definition import Bilingual
from portal.questionnaires.models import OwnQuestionnaire
from portal.web import edge
from portal.web.guard import unseen_by_vendors
from portal.web.text import current_language, said

bp = unseen_by_vendors(Blueprint("own_questionnaires", __name__, url_prefix="/questionnaires/ecrits"))
WRITE = Permission.QUESTIONNAIRE_WRITE
ID = "int(max=2147483647)"


def opened(own_id: int) -> OwnQuestionnaire:
    """A questionnaire, to be written; raises NotFound."""
    return queries.get_own(edge.current(), own_id, to=WRITE)


def named(own: OwnQuestionnaire) -> str:
    """Its title in the reader's language, in the other while this one is not written."""
    return readable(Bilingual(own.title_fr, own.title_en), current_language())


def acted(own_id: int, deed: Callable[[], object], done: str, anchor: str = "") -> ResponseReturnValue:
    """Do something and come back to the page; a refusal is said there, and leaves nothing half done."""
    try:
        with edge.current().session.begin_nested():
            deed()
    except Refused as error:
        flash(said(error.sentence), "danger")
    else:
        flash(done)
    return redirect(url_for("own_questionnaires.show", own_id=own_id, _anchor=anchor or None))


def step() -> int:
    """One place up, or down."""
    return -1 if request.form.get("vers") == "haut" else 1
