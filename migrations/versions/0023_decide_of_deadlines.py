"""what is decided of a contract at the end of its period, and the day by which that is awaited"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None

DAYS = ('terminates_on', 'decided_until', 'awaited_on')
CHOICE = sa.Enum('let_run', 'renew', 'renegotiate', 'end', name='deadlinechoice', native_enum=False, length=40)
LINKS = {
    'contract_id': 'contract', 'vendor_id': 'vendor', 'amendment_id': 'contract', 'stored_file_id': 'stored_file',
    'decided_by_id': 'user',
}


def upgrade() -> None:
    with op.batch_alter_table('contract', schema=None) as batch_op:
        for day in DAYS:
            batch_op.add_column(sa.Column(day, sa.Date(), nullable=True))
        batch_op.create_index('ix_contract_awaited', ['awaited_on', 'id'], unique=False)
    op.create_table(
        'deadline_decision',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('contract_id', sa.Integer(), nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('choice', CHOICE, nullable=False),
        sa.Column('period_end', sa.Date(), nullable=True),
        sa.Column('motive', sa.Text(), nullable=False),
        sa.Column('letter_on', sa.Date(), nullable=True),
        sa.Column('last_day', sa.Date(), nullable=True),
        sa.Column('months', sa.Integer(), nullable=True),
        sa.Column('amendment_id', sa.Integer(), nullable=True),
        sa.Column('applied_at', portal.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column('stored_file_id', sa.Integer(), nullable=True),
        sa.Column('decided_at', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('decided_by_id', sa.Integer(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], [f'{table}.id'], name=op.f(f'fk_deadline_decision_{column}_{table}')
            )
            for column, table in LINKS.items()
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_deadline_decision')),
    )
    with op.batch_alter_table('deadline_decision', schema=None) as batch_op:
        batch_op.create_index('ix_deadline_decision_newest', ['contract_id', 'id'], unique=False)
        for column in ('vendor_id', 'amendment_id', 'decided_by_id'):
            batch_op.create_index(batch_op.f(f'ix_deadline_decision_{column}'), [column], unique=False)


def downgrade() -> None:
    op.drop_table('deadline_decision')
    with op.batch_alter_table('contract', schema=None) as batch_op:
        batch_op.drop_index('ix_contract_awaited')
        for day in reversed(DAYS):
            batch_op.drop_column(day)
