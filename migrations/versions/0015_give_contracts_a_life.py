"""where each contract is in its life, its dates and its copy; one register

What is recorded as signed becomes « in force », with the day of its signature as day of effect, for want of another, and
says so. A contract received that is recorded as signed gets its line of the register, and so does a record of signature
that nothing here holds. Nobody has read the copies yet: `contracts.calendar` asks for their reading on its first turn,
and until then no vendor is said to have a contract. The rest is a draft.

Going down takes the lines of contracts not drafted here out of the register; their records of signature stay.
"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

INDEXES = {
    'ix_vendor_name': [],
    'ix_vendor_country_name': ['country'],
    'ix_vendor_inherent_name': ['inherent'],
    'ix_vendor_tier_name': ['tier'],
    'ix_vendor_status_name': ['status'],
}
LISTED = ['folded_name', 'sought', 'id', 'tier', 'status', 'country', 'owner_id']
PORTFOLIO = ['status', 'inherent', 'grade', 'level_points', 'tier']
"""What the indexes of the list and of the portfolio hold before the column that changes."""
KEYS = {'owner_id': 'user', 'parent_id': 'contract', 'signature_id': 'signed_contract', 'vouched_by_id': 'user'}

CONTRACT = sa.table(
    'contract',
    sa.column('id', sa.Integer), sa.column('key', sa.String), sa.column('vendor_id', sa.Integer),
    sa.column('template_key', sa.String), sa.column('title', sa.String), sa.column('sought', sa.String),
    sa.column('typed', portal.core.db.JsonValue), sa.column('lacking', sa.Integer), sa.column('origin', sa.String),
    sa.column('state', sa.String), sa.column('effective_on', sa.Date),
    sa.column('effective_is_assumed', sa.Boolean), sa.column('signature_id', sa.Integer),
    sa.column('notice', sa.String), sa.column('vouched_why', sa.Text),
    sa.column('end_reason', sa.Text), sa.column('created_at', portal.core.db.UtcDateTime(timezone=True)),
    sa.column('created_by_id', sa.Integer),
)
VERSION = sa.table(
    'contract_version', sa.column('contract_id', sa.Integer), sa.column('number', sa.Integer),
    sa.column('signature_id', sa.Integer),
)
REVIEW = sa.table(
    'paper_review', sa.column('id', sa.Integer), sa.column('signature_id', sa.Integer), sa.column('title', sa.String),
    sa.column('sought', sa.String), sa.column('contract_id', sa.Integer),
)
SIGNED = sa.table(
    'signed_contract', sa.column('id', sa.Integer), sa.column('vendor_id', sa.Integer), sa.column('title', sa.String),
    sa.column('signed_on', sa.Date), sa.column('recorded_at', portal.core.db.UtcDateTime(timezone=True)),
    sa.column('recorded_by_id', sa.Integer), sa.column('cancelled_at', portal.core.db.UtcDateTime(timezone=True)),
)
VENDOR = sa.table('vendor', sa.column('id', sa.Integer), sa.column('standing', sa.String))


def index_again(last: str) -> None:
    for name, first in INDEXES.items():
        op.drop_index(name, table_name='vendor')
        op.create_index(name, 'vendor', list(dict.fromkeys([*first, *LISTED, last])), unique=False)
    op.drop_index('ix_vendor_portfolio', table_name='vendor')
    op.create_index('ix_vendor_portfolio', 'vendor', [*PORTFOLIO, last], unique=False)


def upgrade() -> None:
    # Added and never altered: SQLite would copy the table, and lose its generated column.
    op.add_column('vendor', sa.Column('standing', sa.String(length=40), nullable=False, server_default='none'))
    op.add_column('vendor', sa.Column('covered_until', sa.Date(), nullable=True))
    index_again('standing')
    with op.batch_alter_table('signed_contract', schema=None) as batch_op:
        batch_op.add_column(sa.Column('ended_on', sa.Date(), nullable=True))
    given = {'origin': 'drafted', 'state': 'draft', 'notice': '', 'vouched_why': '', 'end_reason': ''}
    with op.batch_alter_table('contract', schema=None) as batch_op:
        for name, default in given.items():
            kind = {'notice': sa.String(13), 'vouched_why': sa.Text(), 'end_reason': sa.Text()}.get(name, sa.String(40))
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=default))
        batch_op.add_column(
            sa.Column('effective_is_assumed', sa.Boolean(), nullable=False, server_default=sa.false())
        )
        for name in ('effective_on', 'expires_on', 'ended_on'):
            batch_op.add_column(sa.Column(name, sa.Date(), nullable=True))
        for name in ('term_months', 'renewal_months', *KEYS):
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('copy_reading', sa.String(40), nullable=True))
        batch_op.add_column(sa.Column('vouched_at', portal.core.db.UtcDateTime(timezone=True), nullable=True))
    with op.batch_alter_table('contract', schema=None) as batch_op:
        for name in (*given, 'effective_is_assumed'):
            batch_op.alter_column(name, server_default=None)
        for name, table in KEYS.items():
            batch_op.create_foreign_key(batch_op.f(f'fk_contract_{name}_{table}'), table, [name], ['id'])
        for name in ('owner_id', 'parent_id', 'signature_id'):
            batch_op.create_index(batch_op.f(f'ix_contract_{name}'), [name], unique=False)
        batch_op.drop_index('ix_contract_vendor_id')
        batch_op.create_index('ix_contract_state', ['state', 'id'], unique=False)
        batch_op.create_index('ix_contract_vendor_state', ['vendor_id', 'state'], unique=False)
    with op.batch_alter_table('paper_review', schema=None) as batch_op:
        batch_op.add_column(sa.Column('contract_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f('fk_paper_review_contract_id_contract'), 'contract', ['contract_id'], ['id']
        )
        batch_op.create_index(batch_op.f('ix_paper_review_contract_id'), ['contract_id'], unique=False)
    _fill()


def _fill() -> None:
    connection = op.get_bind()
    held = set()
    newest = sa.select(VERSION, SIGNED.c.signed_on).join(SIGNED, SIGNED.c.id == VERSION.c.signature_id)
    for row in connection.execute(newest.where(SIGNED.c.cancelled_at.is_(None)).order_by(VERSION.c.number)).all():
        held.add(row.signature_id)
        connection.execute(
            CONTRACT.update().where(CONTRACT.c.id == row.contract_id).values(_in_force(row.signature_id, row.signed_on))
        )
    reviews = {row.signature_id: row for row in connection.execute(sa.select(REVIEW)).all() if row.signature_id}
    for row in connection.execute(sa.select(SIGNED).where(SIGNED.c.cancelled_at.is_(None))).all():
        if row.id in held:
            continue
        review = reviews.get(row.id)
        made = connection.execute(
            CONTRACT.insert().values(
                key=f'recu-{review.id}' if review else f'signe-{row.id}', vendor_id=row.vendor_id, template_key='',
                title=review.title if review else row.title, sought=review.sought[:600] if review else '', typed={},
                lacking=0, origin='received' if review else 'elsewhere', notice='', vouched_why='', end_reason='',
                created_at=row.recorded_at, created_by_id=row.recorded_by_id, **_in_force(row.id, row.signed_on),
            ).returning(CONTRACT.c.id)
        ).scalar_one()  # fmt: skip
        if review:
            connection.execute(REVIEW.update().where(REVIEW.c.id == review.id).values(contract_id=made))
    for state, standing in (('draft', 'drafting'), ('in_force', 'unread')):
        having = sa.select(CONTRACT.c.vendor_id).where(CONTRACT.c.state == state)
        connection.execute(VENDOR.update().where(VENDOR.c.id.in_(having)).values(standing=standing))


def _in_force(signature_id, signed_on):
    return {
        'state': 'in_force', 'signature_id': signature_id, 'effective_on': signed_on, 'effective_is_assumed': True,
    }  # fmt: skip


def downgrade() -> None:
    with op.batch_alter_table('paper_review', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_paper_review_contract_id'))
        batch_op.drop_constraint(batch_op.f('fk_paper_review_contract_id_contract'), type_='foreignkey')
        batch_op.drop_column('contract_id')
    op.get_bind().execute(CONTRACT.delete().where(CONTRACT.c.origin != 'drafted'))
    with op.batch_alter_table('contract', schema=None) as batch_op:
        batch_op.drop_index('ix_contract_vendor_state')
        batch_op.drop_index('ix_contract_state')
        batch_op.create_index('ix_contract_vendor_id', ['vendor_id'], unique=False)
        for name in ('owner_id', 'parent_id', 'signature_id'):
            batch_op.drop_index(batch_op.f(f'ix_contract_{name}'))
        for name, table in KEYS.items():
            batch_op.drop_constraint(batch_op.f(f'fk_contract_{name}_{table}'), type_='foreignkey')
        for name in (
            'origin', 'state', 'notice', 'vouched_why', 'end_reason', 'effective_is_assumed', 'effective_on',
            'expires_on', 'ended_on', 'term_months', 'renewal_months', 'copy_reading', 'vouched_at', *KEYS,
        ):
            batch_op.drop_column(name)
    with op.batch_alter_table('signed_contract', schema=None) as batch_op:
        batch_op.drop_column('ended_on')
    index_again('signed_on')
    op.drop_column('vendor', 'covered_until')
    op.drop_column('vendor', 'standing')
