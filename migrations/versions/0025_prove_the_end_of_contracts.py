"""what the end of a contract leaves to be proved: certificates, a check, what the law makes one keep"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None

CHOICE = sa.Enum('return', 'delete', name='exitchoice', native_enum=False, length=40)
READING = sa.Enum(
    'awaited', 'waiting', 'read', 'unreadable', 'silent', 'other_name', 'vouched', name='certificatereading',
    native_enum=False, length=40,
)


def _links(table: str, targets: dict[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f'{target}.id'], name=op.f(f'fk_{table}_{column}_{target}'))
        for column, target in targets.items()
    ]


def _index(table: str, *columns: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        for column in columns:
            batch_op.create_index(batch_op.f(f'ix_{table}_{column}'), [column], unique=False)


def upgrade() -> None:
    op.add_column('vendor', sa.Column('open_exits', sa.Integer(), nullable=False, server_default='0'))
    _create_exits()
    op.create_table(
        'exit_proof',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('exit_id', sa.Integer(), nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('holder', sa.String(length=300), nullable=False),
        sa.Column('holder_key', sa.String(length=200), nullable=False),
        sa.Column('is_processor', sa.Boolean(), nullable=False),
        sa.Column('certified_on', sa.Date(), nullable=True),
        sa.Column('stored_file_id', sa.Integer(), nullable=True),
        sa.Column('reading', READING, nullable=False),
        sa.Column('vouched_why', sa.Text(), nullable=False),
        sa.Column('vouched_by_id', sa.Integer(), nullable=True),
        sa.Column('received_at', portal.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column('received_by_id', sa.Integer(), nullable=True),
        *_links('exit_proof', {
            'exit_id': 'contract_exit', 'vendor_id': 'vendor', 'stored_file_id': 'stored_file', 'vouched_by_id': 'user',
            'received_by_id': 'user',
        }),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_exit_proof')),
        sa.UniqueConstraint('exit_id', 'holder_key', name=op.f('uq_exit_proof_exit_id_holder_key')),
    )
    _index('exit_proof', 'vendor_id')
    op.create_table(
        'exit_exemption',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('exit_id', sa.Integer(), nullable=False),
        sa.Column('what', sa.String(length=500), nullable=False),
        sa.Column('basis', sa.Text(), nullable=False),
        sa.Column('until', sa.Date(), nullable=False),
        sa.Column('recorded_at', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('recorded_by_id', sa.Integer(), nullable=True),
        *_links('exit_exemption', {'exit_id': 'contract_exit', 'recorded_by_id': 'user'}),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_exit_exemption')),
    )
    _index('exit_exemption', 'exit_id')


def _create_exits() -> None:
    op.create_table(
        'contract_exit',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('contract_id', sa.Integer(), nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('ended_on', sa.Date(), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=False),
        sa.Column('opened_at', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('choice', CHOICE, nullable=True),
        sa.Column('chosen_by_id', sa.Integer(), nullable=True),
        sa.Column('no_subprocessor_why', sa.Text(), nullable=False),
        sa.Column('checked_what', sa.Text(), nullable=False),
        sa.Column('checked_how', sa.Text(), nullable=False),
        sa.Column('checked_by', sa.String(length=200), nullable=False),
        sa.Column('checked_on', sa.Date(), nullable=True),
        sa.Column('check_file_id', sa.Integer(), nullable=True),
        sa.Column('closed_at', portal.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column('closed_by_id', sa.Integer(), nullable=True),
        sa.Column('kept_under_id', sa.Integer(), nullable=True),
        sa.Column('kept_why', sa.Text(), nullable=False),
        sa.Column('withdrawn_at', portal.core.db.UtcDateTime(timezone=True), nullable=True),
        *_links('contract_exit', {
            'contract_id': 'contract', 'vendor_id': 'vendor', 'chosen_by_id': 'user', 'check_file_id': 'stored_file',
            'closed_by_id': 'user', 'kept_under_id': 'contract',
        }),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_exit')),
        sa.UniqueConstraint('contract_id', name=op.f('uq_contract_exit_contract_id')),
    )
    _index('contract_exit', 'vendor_id')
    with op.batch_alter_table('contract_exit', schema=None) as batch_op:
        batch_op.create_index('ix_contract_exit_open', ['closed_at', 'due_on', 'id'], unique=False)


def downgrade() -> None:
    op.drop_table('exit_exemption')
    op.drop_table('exit_proof')
    op.drop_table('contract_exit')
    op.drop_column('vendor', 'open_exits')
