"""Questionnaires written in the portal."""

from typing import Any

from portal.authz.context import Context
from portal.questionnaires import services
from portal.questionnaires.models import OwnQuestion, OwnQuestionnaire, OwnSection
from portal.questionnaires.queries import own_text
from portal.questionnaires.services import OwnHead, OwnTexts
from tests.factories.questionnaires import both, raw_question

HEAD = OwnHead("Sauvegardes", "Backups", "Deux questions.", "Two questions.")


def own_of(ctx: Context, *questions: dict[str, Any], head: OwnHead = HEAD) -> OwnQuestionnaire:
    """One of a section, complete: it may be published."""
    own = services.create_own(ctx, head)
    section = services.add_section(ctx, own, OwnTexts("Copies", "Copies", "", ""))
    for raw in questions or (raw_question(key="", text=both("Copiez-vous nos données ?", "Do you copy our data?")),):
        services.add_question(ctx, own, section, {name: held for name, held in raw.items() if name != "key"})
    return own


def section_of(ctx: Context, own: OwnQuestionnaire) -> OwnSection:
    return own_text(ctx.session, own).sections[0]


def rows_of(ctx: Context, own: OwnQuestionnaire) -> list[OwnQuestion]:
    return own_text(ctx.session, own).entries
