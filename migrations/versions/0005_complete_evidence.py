"""evidence: when it was sent, and the age that questions accept of it"""

from collections.abc import Iterator
from typing import Any

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

INSTANT = portal.core.db.UtcDateTime(timezone=True)
EVIDENCE = sa.table('evidence', sa.column('id'), sa.column('sent_at', INSTANT), sa.column('max_age_months'))
LINK = sa.table(
    'answer_evidence', sa.column('audit_id'), sa.column('evidence_id'), sa.column('question_key'), sa.column('round'),
    sa.column('attached_at', INSTANT),
)
AUDIT = sa.table(
    'audit', sa.column('id'), sa.column('vendor_id'), sa.column('state'), sa.column('round'),
    sa.column('questionnaire_version_id'),
)
SUBMISSION = sa.table('submission', sa.column('audit_id'), sa.column('round'), sa.column('at', INSTANT))
MESSAGE = sa.table('finding_message', sa.column('evidence_id'), sa.column('at', INSTANT))
VERSION = sa.table('questionnaire_version', sa.column('id'), sa.column('key'), sa.column('content', portal.core.db.JsonValue))


def upgrade() -> None:
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sent_at', portal.core.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('max_age_months', sa.Integer(), nullable=True))
    _note_when_sent()
    _note_ages()


def _note_when_sent() -> None:
    """A proof was sent with the round it came in, once that round is over; or beside a message about a finding."""
    connection = op.get_bind()
    sent = sa.select(LINK.c.evidence_id, sa.func.coalesce(SUBMISSION.c.at, LINK.c.attached_at).label('at')).select_from(
        LINK.join(AUDIT, AUDIT.c.id == LINK.c.audit_id).outerjoin(
            SUBMISSION, sa.and_(SUBMISSION.c.audit_id == LINK.c.audit_id, SUBMISSION.c.round == LINK.c.round)
        )
    ).where(sa.or_(AUDIT.c.state.in_(['soumis', 'accepte']), LINK.c.round < AUDIT.c.round))
    told = sa.select(MESSAGE.c.evidence_id, MESSAGE.c.at).where(MESSAGE.c.evidence_id.is_not(None))
    first: dict[int, Any] = {}
    for number, at in [*connection.execute(sent), *connection.execute(told)]:
        first[number] = min(at, first.get(number, at))
    if first:
        connection.execute(
            EVIDENCE.update().where(EVIDENCE.c.id == sa.bindparam('number')).values(sent_at=sa.bindparam('at')),
            [{'number': number, 'at': at} for number, at in first.items()],
        )


def _note_ages() -> None:
    """The fewest months accepted by the questions that a proof answers in the audits that speak for its vendor."""
    connection = op.get_bind()
    versions = {row.id: (row.key, dict(_limits(row.content))) for row in connection.execute(sa.select(VERSION))}
    audits = connection.execute(
        sa.select(AUDIT.c.id, AUDIT.c.vendor_id, AUDIT.c.questionnaire_version_id)
        .where(AUDIT.c.state != 'annule', sa.exists().where(SUBMISSION.c.audit_id == AUDIT.c.id))
        .order_by(AUDIT.c.id)
    )
    standing = {(row.vendor_id, versions[row.questionnaire_version_id][0]): row for row in audits}
    by_audit = {row.id: versions[row.questionnaire_version_id][1] for row in standing.values()}
    ages: dict[int, int] = {}
    links = sa.select(LINK.c.audit_id, LINK.c.question_key, LINK.c.evidence_id).select_from(
        LINK.join(EVIDENCE, EVIDENCE.c.id == LINK.c.evidence_id)
    ).where(EVIDENCE.c.sent_at.is_not(None))
    for audit_id, question, number in connection.execute(links):
        months = by_audit.get(audit_id, {}).get(question)
        if months is not None:
            ages[number] = min(months, ages.get(number, months))
    if ages:
        connection.execute(
            EVIDENCE.update().where(EVIDENCE.c.id == sa.bindparam('number')).values(max_age_months=sa.bindparam('months')),
            [{'number': number, 'months': months} for number, months in ages.items()],
        )


def _limits(content: Any) -> Iterator[tuple[str, int]]:
    for section in content['questionnaire']['sections']:
        for question in section['questions']:
            if question.get('evidence_max_age_months') is not None:
                yield question['key'], question['evidence_max_age_months']


def downgrade() -> None:
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.drop_column('max_age_months')
        batch_op.drop_column('sent_at')
