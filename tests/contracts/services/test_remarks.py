"""What our side says about a draft stays on our side."""

import json

import pytest

from portal.authz.policy import Role
from portal.contracts import edit_queries, services
from portal.core.errors import Refused
from portal.core.language import Language
from portal.journal.models import JournalEntry
from tests.factories.desk import contract_of, matter

pytestmark = pytest.mark.usefixtures("app")
SECRET = "Ne pas céder sous quarante heures"


@pytest.fixture
def contract(ctx, session):
    contract = contract_of(ctx, matter(session))
    services.comment_paragraph(ctx, contract, "CL18_1", SECRET)
    return contract


def test_a_remark_is_said_settled_and_reopened_and_the_journal_does_not_repeat_it(acting, session, contract):
    ctx = acting(Role.LEGAL)
    (remark,) = edit_queries.comments(ctx, contract)
    services.settle_comment(ctx, contract, remark, resolved=True)
    assert remark.resolved_by_id == ctx.actor.id
    services.settle_comment(ctx, contract, remark, resolved=False)
    assert remark.resolved_at is None
    session.commit()
    entries = session.query(JournalEntry).filter(JournalEntry.action.contains("comment")).all()
    assert [entry.action for entry in entries] == [
        "contract.commented", "contract.comment_settled", "contract.comment_reopened",
    ]  # fmt: skip
    assert SECRET not in json.dumps([entry.after for entry in entries], ensure_ascii=False)


@pytest.mark.parametrize("text", ["", "  \n", "x" * 4001])
def test_an_empty_or_endless_remark_is_refused(ctx, contract, text):
    with pytest.raises(Refused):
        services.comment_paragraph(ctx, contract, "CL18_1", text)


def test_nothing_frozen_with_a_version_holds_a_remark(ctx, contract):
    version = services.draft_version(ctx, contract, Language.FR)
    kept = {name: getattr(version, name) for name in (
        "tree", "facts", "clauses", "coverage", "blanks", "edits", "positions", "label",
    )}  # fmt: skip
    assert SECRET not in json.dumps(kept, ensure_ascii=False)
