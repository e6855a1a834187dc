"""What a foreign form is compared with."""

import pytest

from portal.answer_book.filling import answer_rows
from portal.answer_book.rules.form import FormQuestion
from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.questionnaires import catalogue, services
from tests.conftest import NOW
from tests.factories.own_questionnaires import own_of, rows_of
from tests.factories.questionnaires import both, raw_question


@pytest.mark.both_databases
def test_a_question_written_in_the_portal_is_found_once_published_and_not_before(session, app, backend):
    ctx = Context(session, SYSTEM, NOW)
    text = both("Repeignez-vous la coque du navire chaque hiver ?", "Do you repaint the ship's hull each winter?")
    own = own_of(ctx, raw_question(key="", text=text))
    asked = [FormQuestion("Sheet", 2, "Do you repaint your ship's hull each winter?")]

    def key():
        rows, _fills = answer_rows(asked, catalogue.load(session=session), {}, ctx.today)
        return rows[0].key

    assert key() is None
    services.publish_own(ctx, own)
    session.flush()
    assert key() == rows_of(ctx, own)[0].key
