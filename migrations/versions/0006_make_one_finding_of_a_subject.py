"""one finding per vendor and subject, linked by whatever showed it

A finding knew the audit, sample or test that showed its gap, and the same gap opened another one each year. Each origin
now keeps the link in its own table, and the findings of a vendor on one subject become one: the most open of them, the
newest where several are as open. It takes the number of the newest, the oldest day of opening and every message; while
it is live, the gravest severity and the earliest day due of those that are live. What was merged is kept in
`merged_finding` as it was, by the number that mails and the journal still name.

Going down gives merged findings back as they were when they were merged, with the messages they had. What the older
tables cannot say is lost: of a finding seen several times since, only the first sight is kept; one that nothing shows
any more keeps the origin « unknown ». A file that came with a message is again the proof that holds it.
"""

from collections import defaultdict
from datetime import date, datetime

import portal.core.db
import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql')
OPENNESS = ('ouvert', 'repondu', 'risque_accepte', 'clos')
"""States, the most open first: a risk accepted is still there, a gap corrected is not."""
LIVE = OPENNESS[:2]
GRAVITY = ('critical', 'major', 'minor')
LINKS = {
    'audit': ('audit_finding', 'audit', 'audit_id', 'question_key'),
    'case_sample': ('case_sample_finding', 'case_sample', 'sample_id', 'fault'),
    'mystery_test': ('mystery_test_finding', 'mystery_test', 'test_id', 'step'),
}
"""By origin: its table of links, the table it links, and the two columns that were `origin_id` and `question_key`."""
INSTANT = portal.core.db.UtcDateTime(timezone=True)

FINDING = sa.table(
    'finding',
    sa.column('id', sa.Integer), sa.column('vendor_id', sa.Integer), sa.column('audit_id', sa.Integer),
    sa.column('origin', sa.String), sa.column('origin_id', sa.Integer), sa.column('question_key', sa.String),
    sa.column('severity', sa.String), sa.column('title', sa.String), sa.column('state', sa.String),
    sa.column('action', sa.Text), sa.column('proof_expected', sa.Text), sa.column('responsible', sa.String),
    sa.column('due_on', sa.Date), sa.column('opened_at', INSTANT), sa.column('closed_at', INSTANT),
    sa.column('closing_reason', sa.Text),
)
MESSAGE = sa.table(
    'finding_message', sa.column('id', sa.Integer), sa.column('finding_id', sa.Integer),
    sa.column('file_id', sa.Integer), sa.column('evidence_id', sa.Integer),
)
MERGED = sa.table(
    'merged_finding', sa.column('id', sa.Integer), sa.column('finding_id', sa.Integer), sa.column('content', JSON),
)
EVIDENCE = sa.table('evidence', sa.column('id', sa.Integer), sa.column('stored_file_id', sa.Integer))


def link_table(origin):
    name, _table, row, key = LINKS[origin]
    return sa.table(
        name, sa.column(row, sa.Integer), sa.column(key, sa.String), sa.column('finding_id', sa.Integer),
        sa.column('seen_at', INSTANT), sa.column('id', sa.Integer),
    )


def merge(rows):
    """One finding of several on the same subject: the fields of the most open, what all of them agree on, the newest id.

    >>> from datetime import date
    >>> old = {'id': 1, 'state': 'ouvert', 'severity': 'critical', 'due_on': date(2025, 1, 1), 'opened_at': 1}
    >>> new = {'id': 2, 'state': 'clos', 'severity': 'minor', 'due_on': date(2026, 1, 1), 'opened_at': 2}
    >>> found = merge([old, new])
    >>> found['id'], found['state'], found['opened_at'], found['severity']
    (2, 'ouvert', 1, 'critical')
    """
    kept = dict(min(rows, key=lambda row: (OPENNESS.index(row['state']), -row['id'])))
    kept['id'] = max(row['id'] for row in rows)
    kept['opened_at'] = min(row['opened_at'] for row in rows)
    live = [row for row in rows if row['state'] in LIVE]
    if live:
        kept['severity'] = min((row['severity'] for row in live), key=GRAVITY.index)
        kept['due_on'] = min(row['due_on'] for row in live)
    return kept


def upgrade() -> None:
    for origin, (name, table, row, key) in LINKS.items():
        op.create_table(
            name,
            sa.Column('id', sa.Integer(), nullable=False),
            sa.Column(row, sa.Integer(), nullable=False),
            sa.Column(key, sa.String(length=120), nullable=False),
            sa.Column('finding_id', sa.Integer(), nullable=False),
            sa.Column('seen_at', INSTANT, nullable=False),
            sa.ForeignKeyConstraint([row], [f'{table}.id'], name=op.f(f'fk_{name}_{row}_{table}')),
            sa.ForeignKeyConstraint(['finding_id'], ['finding.id'], name=op.f(f'fk_{name}_finding_id_finding')),
            sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{name}')),
            sa.UniqueConstraint(row, key, name=op.f(f'uq_{name}_{row}_{key}')),
        )
        op.create_index(op.f(f'ix_{name}_finding_id'), name, ['finding_id'], unique=False)
    op.create_table(
        'merged_finding',
        sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('finding_id', sa.Integer(), nullable=False),
        sa.Column('content', JSON, nullable=False),
        sa.ForeignKeyConstraint(['finding_id'], ['finding.id'], name=op.f('fk_merged_finding_finding_id_finding')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_merged_finding')),
    )
    op.create_index(op.f('ix_merged_finding_finding_id'), 'merged_finding', ['finding_id'], unique=False)
    _link_and_merge(op.get_bind())

    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_finding_one_source'), type_='check')
        batch_op.drop_constraint(batch_op.f('uq_finding_origin_origin_id_question_key'), type_='unique')
        batch_op.drop_constraint(batch_op.f('uq_finding_audit_id_question_key'), type_='unique')
        batch_op.drop_constraint(batch_op.f('fk_finding_audit_id_audit'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_finding_vendor_id'))
        batch_op.drop_column('audit_id')
        batch_op.drop_column('origin_id')
        batch_op.drop_column('origin')
        batch_op.alter_column(
            'question_key', new_column_name='subject', existing_type=sa.String(length=120), existing_nullable=False
        )
    # A second pass: what is renamed and constrained at once, SQLite copies under its former name.
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.create_unique_constraint(batch_op.f('uq_finding_vendor_id_subject'), ['vendor_id', 'subject'])

    with op.batch_alter_table('finding_message', schema=None) as batch_op:
        batch_op.add_column(sa.Column('file_id', sa.Integer(), nullable=True))
    proof = sa.select(EVIDENCE.c.stored_file_id).where(EVIDENCE.c.id == MESSAGE.c.evidence_id).scalar_subquery()
    op.execute(MESSAGE.update().values(file_id=proof))
    with op.batch_alter_table('finding_message', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_finding_message_evidence_id_evidence'), type_='foreignkey')
        batch_op.drop_column('evidence_id')
        batch_op.create_foreign_key(
            batch_op.f('fk_finding_message_file_id_stored_file'), 'stored_file', ['file_id'], ['id']
        )
        batch_op.create_index(batch_op.f('ix_finding_message_file_id'), ['file_id'], unique=False)


def _link_and_merge(connection) -> None:
    rows = [dict(row._mapping) for row in connection.execute(sa.select(FINDING).order_by(FINDING.c.id))]
    messages = defaultdict(list)
    for number, finding_id in connection.execute(sa.select(MESSAGE.c.id, MESSAGE.c.finding_id)):
        messages[finding_id].append(number)
    known = {
        origin: set(connection.scalars(sa.select(sa.table(table, sa.column('id', sa.Integer)).c.id)))
        for origin, (_name, table, _row, _key) in LINKS.items()
    }
    subjects = defaultdict(list)
    for row in rows:
        subjects[row['vendor_id'], row['question_key']].append(row)
    for same in subjects.values():
        kept = merge(same) if len(same) > 1 else same[0]
        for row in same:
            origin = row['origin'] if row['audit_id'] is None else 'audit'
            number = row['origin_id'] if row['audit_id'] is None else row['audit_id']
            if number in known.get(origin, ()):
                _name, _table, row_column, key_column = LINKS[origin]
                connection.execute(
                    link_table(origin).insert().values(
                        {row_column: number, key_column: row['question_key'], 'finding_id': kept['id'],
                         'seen_at': row['opened_at']}
                    )
                )
        if len(same) == 1:
            continue
        for row in same:
            content = {name: _frozen(value) for name, value in row.items()} | {'messages': sorted(messages[row['id']])}
            connection.execute(MERGED.insert().values(id=row['id'], finding_id=kept['id'], content=content))
        gone = [row['id'] for row in same if row['id'] != kept['id']]
        connection.execute(MESSAGE.update().where(MESSAGE.c.finding_id.in_(gone)).values(finding_id=kept['id']))
        connection.execute(FINDING.delete().where(FINDING.c.id.in_(gone)))
        left = {name: kept[name] for name in kept if name not in {'id', 'audit_id', 'origin', 'origin_id'}}
        connection.execute(FINDING.update().where(FINDING.c.id == kept['id']).values(left))


def _frozen(value):
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def downgrade() -> None:
    with op.batch_alter_table('finding_message', schema=None) as batch_op:
        batch_op.add_column(sa.Column('evidence_id', sa.Integer(), nullable=True))
    proof = (
        sa.select(sa.func.min(EVIDENCE.c.id))
        .where(EVIDENCE.c.stored_file_id == MESSAGE.c.file_id)
        .scalar_subquery()
    )
    op.execute(MESSAGE.update().values(evidence_id=proof))
    with op.batch_alter_table('finding_message', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_finding_message_file_id'))
        batch_op.drop_constraint(batch_op.f('fk_finding_message_file_id_stored_file'), type_='foreignkey')
        batch_op.drop_column('file_id')
        batch_op.create_foreign_key(
            batch_op.f('fk_finding_message_evidence_id_evidence'), 'evidence', ['evidence_id'], ['id']
        )

    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_finding_vendor_id_subject'), type_='unique')
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.add_column(sa.Column('audit_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('origin', sa.String(length=40), server_default='audit', nullable=False))
        batch_op.add_column(sa.Column('origin_id', sa.Integer(), nullable=True))
        batch_op.alter_column(
            'subject', new_column_name='question_key', existing_type=sa.String(length=120), existing_nullable=False
        )
        batch_op.create_index(batch_op.f('ix_finding_vendor_id'), ['vendor_id'], unique=False)
    _separate(op.get_bind())
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.create_foreign_key(batch_op.f('fk_finding_audit_id_audit'), 'audit', ['audit_id'], ['id'])
        batch_op.create_check_constraint(
            batch_op.f('ck_finding_one_source'), '(audit_id IS NULL) <> (origin_id IS NULL)'
        )
        batch_op.create_unique_constraint(batch_op.f('uq_finding_audit_id_question_key'), ['audit_id', 'question_key'])
        batch_op.create_unique_constraint(
            batch_op.f('uq_finding_origin_origin_id_question_key'), ['origin', 'origin_id', 'question_key']
        )
    op.drop_table('merged_finding')
    for name, _table, _row, _key in LINKS.values():
        op.drop_table(name)


def _separate(connection) -> None:
    """Merged findings are given back with their messages; each finding is told the first thing that showed it."""
    own = {}
    for number, finding_id, content in connection.execute(
        sa.select(MERGED.c.id, MERGED.c.finding_id, MERGED.c.content).order_by(MERGED.c.id)
    ).all():
        content = dict(content)
        moved = content.pop('messages')
        content['due_on'] = date.fromisoformat(content['due_on'])
        for name in ('opened_at', 'closed_at'):
            content[name] = datetime.fromisoformat(content[name]) if content[name] else None
        if number == finding_id:
            own[number] = content
            connection.execute(
                FINDING.update().where(FINDING.c.id == number).values(opened_at=content['opened_at'])
            )
            continue
        connection.execute(FINDING.insert().values(content))
        if moved:
            connection.execute(MESSAGE.update().where(MESSAGE.c.id.in_(moved)).values(finding_id=number))
    first = {}
    for origin, (_name, _table, row, key) in LINKS.items():
        links = link_table(origin)
        columns = sa.select(links.c.finding_id, links.c.seen_at, links.c[row]).order_by(links.c.seen_at, links.c.id)
        for finding_id, seen_at, number in connection.execute(columns):
            if finding_id not in first or seen_at < first[finding_id][0]:
                first[finding_id] = (seen_at, origin, number)
    alone = connection.execute(
        sa.select(FINDING.c.id).where(FINDING.c.audit_id.is_(None), FINDING.c.origin_id.is_(None))
    ).scalars().all()
    for finding_id in alone:
        if finding_id in own:
            was = own[finding_id]
            origin = was['origin'] if was['audit_id'] is None else 'audit'
            number = was['origin_id'] if was['audit_id'] is None else was['audit_id']
        else:
            _seen_at, origin, number = first.get(finding_id, (None, 'unknown', finding_id))
        source = {'audit_id': number} if origin == 'audit' else {'origin': origin, 'origin_id': number}
        connection.execute(FINDING.update().where(FINDING.c.id == finding_id).values(source))
