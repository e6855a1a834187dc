"""answers that stand for a vendor once an audit is accepted, written from the audits accepted so far"""

from collections.abc import Iterator
from typing import Any

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None

CARRIED = sa.Enum('confirmed', 'edited', name='carriedas', native_enum=False, length=40)
AT = portal.core.db.UtcDateTime()
JSON = portal.core.db.JsonValue


def _table(name: str, **columns: Any) -> sa.TableClause:
    return sa.table(name, *(sa.column(key, kind) for key, kind in columns.items()))


AUDIT = _table('audit', id=sa.Integer, vendor_id=sa.Integer, questionnaire_version_id=sa.Integer, state=sa.String)
SUBMISSION = _table(
    'submission', id=sa.Integer, audit_id=sa.Integer, round=sa.Integer, at=AT, by_name=sa.String, content=JSON
)
REVIEW = _table('review', audit_id=sa.Integer, question_key=sa.String, round=sa.Integer, verdict=sa.String)
VERSION = _table('questionnaire_version', id=sa.Integer, content=JSON)
STANDING = _table(
    'standing_answer', vendor_id=sa.Integer, question_key=sa.String, value=JSON, comment=sa.Text, file_count=sa.Integer,
    audit_id=sa.Integer, sent_at=AT, said_at=AT, said_by=sa.String, contested=sa.Boolean,
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        'standing_answer',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('question_key', sa.String(length=120), nullable=False),
        sa.Column('value', JSON, nullable=False),
        sa.Column('comment', sa.Text(), nullable=False),
        sa.Column('file_count', sa.Integer(), nullable=False),
        sa.Column('audit_id', sa.Integer(), nullable=False),
        sa.Column('sent_at', AT, nullable=False),
        sa.Column('said_at', AT, nullable=False),
        sa.Column('said_by', sa.String(length=200), nullable=False),
        sa.Column('contested', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['audit_id'], ['audit.id'], name=op.f('fk_standing_answer_audit_id_audit')),
        sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_standing_answer_vendor_id_vendor')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_standing_answer')),
        sa.UniqueConstraint('vendor_id', 'question_key', name=op.f('uq_standing_answer_vendor_id_question_key')),
    )
    op.create_index(op.f('ix_standing_answer_audit_id'), 'standing_answer', ['audit_id'], unique=False)
    with op.batch_alter_table('audit', schema=None) as batch_op:
        # Audits in progress go on as they were: nothing is proposed in the middle of them.
        batch_op.add_column(sa.Column('carries', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.alter_column('carries', server_default=None)
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('carried', CARRIED, nullable=True))
        batch_op.add_column(sa.Column('source_audit_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('first_said_at', AT, nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_answer_source_audit_id_audit'), 'audit', ['source_audit_id'], ['id'])
    _keep_what_was_accepted()


def downgrade() -> None:
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_answer_source_audit_id_audit'), type_='foreignkey')
        batch_op.drop_column('first_said_at')
        batch_op.drop_column('source_audit_id')
        batch_op.drop_column('carried')
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.drop_column('carries')
    op.drop_index(op.f('ix_standing_answer_audit_id'), table_name='standing_answer')
    op.drop_table('standing_answer')


def _keep_what_was_accepted() -> None:
    """The same rule as an acceptance, vendor by vendor, each one's audits in the order in which they were sent."""
    bind = op.get_bind()
    asked: dict[int, list[str]] = {}
    last = sa.select(sa.func.max(SUBMISSION.c.id)).where(SUBMISSION.c.audit_id == AUDIT.c.id).correlate(AUDIT)
    accepted = bind.execute(
        sa.select(AUDIT.c.id, AUDIT.c.vendor_id, AUDIT.c.questionnaire_version_id)
        .join(SUBMISSION, SUBMISSION.c.id == last.scalar_subquery())
        .where(AUDIT.c.state == 'accepte')
        .order_by(AUDIT.c.vendor_id, SUBMISSION.c.at, AUDIT.c.id)
    ).all()
    held: dict[str, dict[str, Any]] = {}
    for place, audit in enumerate(accepted):
        if audit.questionnaire_version_id not in asked:
            asked[audit.questionnaire_version_id] = list(_keys(bind, audit.questionnaire_version_id))
        _accept(bind, audit, asked[audit.questionnaire_version_id], held)
        is_last = place + 1 == len(accepted) or accepted[place + 1].vendor_id != audit.vendor_id
        if is_last:
            if held:
                bind.execute(STANDING.insert(), list(held.values()))
            held = {}


def _keys(bind: sa.Connection, version_id: int) -> Iterator[str]:
    content = bind.execute(sa.select(VERSION.c.content).where(VERSION.c.id == version_id)).scalar_one()
    for section in content.get('questionnaire', {}).get('sections', ()):
        for question in section.get('questions', ()):
            yield question['key']


def _accept(bind: sa.Connection, audit: Any, keys: list[str], held: dict[str, dict[str, Any]]) -> None:
    sendings = bind.execute(
        sa.select(SUBMISSION.c.at, SUBMISSION.c.by_name, SUBMISSION.c.content)
        .where(SUBMISSION.c.audit_id == audit.id)
        .order_by(SUBMISSION.c.round.desc())
    ).all()
    verdicts = bind.execute(
        sa.select(REVIEW.c.question_key, REVIEW.c.verdict).where(REVIEW.c.audit_id == audit.id).order_by(REVIEW.c.round)
    )
    verdict = {row.question_key: row.verdict for row in verdicts}
    sent = sendings[0]
    files: dict[str, int] = {}
    for file in sent.content.get('files', ()):
        files[file['question']] = files.get(file['question'], 0) + 1
    for key in {*keys, *sent.content.get('answers', ())}:
        given = sent.content.get('answers', {}).get(key)
        if given is None or (given['value'] in (None, '', []) and not files.get(key)):
            held.pop(key, None)
            continue
        old, said = held.get(key), sent
        if old is not None and (old['value'], old['comment']) == ({'v': given['value']}, given['comment']):
            said_at, said_by = old['said_at'], old['said_by']
        else:
            for earlier in sendings:
                before = earlier.content.get('answers', {}).get(key)
                if before is None or (before['value'], before['comment']) != (given['value'], given['comment']):
                    break
                said = earlier
            said_at, said_by = said.at, said.by_name
        held[key] = {
            'vendor_id': audit.vendor_id, 'question_key': key, 'value': {'v': given['value']},
            'comment': given['comment'], 'file_count': files.get(key, 0), 'audit_id': audit.id, 'sent_at': sent.at,
            'said_at': said_at, 'said_by': said_by, 'contested': verdict.get(key, 'acceptable') != 'acceptable',
        }  # fmt: skip
