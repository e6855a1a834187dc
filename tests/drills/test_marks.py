"""What leaves a drill with a person says that it is one, and the organisation's key proves nothing of it."""

from io import BytesIO

import docx
import pytest
from sqlalchemy import func, select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import process, rehearsing
from portal.core.clock import now
from portal.core.files import Store
from portal.core.seal import NoSealKey, make_seal_key
from portal.drills import copies
from portal.drills.mode import addressed
from portal.journal.models import JournalHead
from portal.journal.signed_heads import prove_entry, sign_head
from tests.conftest import NOW
from tests.drills.test_breach_drill import record


def test_a_document_of_a_drill_is_marked_in_its_name_its_title_and_its_text(dpo, breach):
    record(dpo, breach)
    answer = dpo.client.get(f"{breach}/violations/1/lettres/notification-fr.docx")
    assert "EXERCICE-VD-2026-0001" in answer.headers["Content-Disposition"]
    told = [paragraph.text for paragraph in docx.Document(BytesIO(answer.data)).paragraphs]
    assert any(text.startswith("EXERCICE") for text in told)
    assert any("sans valeur" in text for text in told)


def test_a_list_of_a_drill_is_marked_in_its_name(dpo, breach):
    assert "EXERCICE-" in dpo.client.get(f"{breach}/violations/registre.csv").headers["Content-Disposition"]


def test_a_true_document_asked_for_next_in_the_same_thread_is_not(dpo, breach):
    dpo.client.get(f"{breach}/violations/registre.csv")
    assert not rehearsing.is_on()
    assert "EXERCICE" not in dpo.client.get("/violations/registre.csv").headers["Content-Disposition"]


def test_the_key_of_the_organisation_signs_no_journal_of_a_drill(portal, dpo, breach):
    make_seal_key(portal.app.extensions["vigie.settings"].seal_file, "Maison", at=now())
    record(dpo, breach)
    with copies.opened(portal.database, 1).transaction() as session:
        ctx = Context(session, SYSTEM, NOW)
        for attempt in (lambda: sign_head(ctx), lambda: prove_entry(ctx, 1)):
            with pytest.raises(NoSealKey, match="exercice"):
                attempt()
        assert session.scalar(select(func.count(JournalHead.entries))) == 0
    with portal.database.transaction() as session:
        assert sign_head(Context(session, SYSTEM, NOW)) is not None


@pytest.mark.parametrize(
    ("path", "number", "rest"),
    [
        ("/exercice/12/violations", 12, "/violations"), ("/exercice/12/", 12, "/"), ("/exercice/12", None, None),
        ("/exercice/1e3/x", None, None), ("/exercice/٣/x", None, None), ("/exercice/9999999999/x", None, None),
        ("/exercice//x", None, None), ("/exercices/12", None, None), ("/violations", None, None),
        ("/exercice/1/exercice/2/x", 1, "/exercice/2/x"),
    ],
)  # fmt: skip
def test_the_number_is_taken_off_the_address_and_nothing_else_is(path, number, rest):
    seen = {}
    list(addressed(lambda environ, start: seen.update(environ) or [])({"PATH_INFO": path, "SCRIPT_NAME": ""}, None))
    assert seen.get("vigie.drill") == number
    assert seen["PATH_INFO"] == (path if number is None else rest)
    assert seen["SCRIPT_NAME"] == ("" if number is None else f"/exercice/{number}")


def test_a_drill_within_a_drill_is_nowhere(dpo, breach):
    assert dpo.client.get(f"{breach}{breach}/violations").status_code == 404


def test_a_process_gives_its_own_store_again_once_a_drill_has_been_served(portal, dpo, breach):
    store = process.store()
    dpo.get(f"{breach}/violations")
    assert process.store() is store
    assert type(store) is Store
