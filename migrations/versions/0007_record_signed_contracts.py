"""contracts recorded as signed: date, copy, who recorded it

A vendor has a contract when one was signed, not when one was drafted. Nothing recorded a signature before, so that no
vendor has a contract after this migration until somebody records it, with its copy: none is invented.
"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

INDEXES = {
    'ix_vendor_name': [],
    'ix_vendor_country_name': ['country'],
    'ix_vendor_inherent_name': ['inherent'],
    'ix_vendor_tier_name': ['tier'],
    'ix_vendor_status_name': ['status'],
}
"""The indexes of the list of vendors, by the column each begins with."""
BEFORE = ['folded_name', 'sought', 'id', 'tier', 'status', 'country', 'owner_id']
AFTER = [*BEFORE, 'signed_on']


def index_again(columns: list[str]) -> None:
    for name, first in INDEXES.items():
        op.drop_index(name, table_name='vendor')
        op.create_index(name, 'vendor', list(dict.fromkeys([*first, *columns])), unique=False)


def upgrade() -> None:
    instant = portal.core.db.UtcDateTime(timezone=True)
    op.create_table(
        'signed_contract',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('title', sa.String(length=300), nullable=False),
        sa.Column('signed_on', sa.Date(), nullable=False),
        sa.Column('stored_file_id', sa.Integer(), nullable=False),
        sa.Column('recorded_at', instant, nullable=False),
        sa.Column('recorded_by_id', sa.Integer(), nullable=True),
        sa.Column('cancelled_at', instant, nullable=True),
        sa.Column('cancelled_by_id', sa.Integer(), nullable=True),
        sa.Column('cancel_reason', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_signed_contract_vendor_id_vendor')),
        sa.ForeignKeyConstraint(
            ['stored_file_id'], ['stored_file.id'], name=op.f('fk_signed_contract_stored_file_id_stored_file')
        ),
        sa.ForeignKeyConstraint(['recorded_by_id'], ['user.id'], name=op.f('fk_signed_contract_recorded_by_id_user')),
        sa.ForeignKeyConstraint(['cancelled_by_id'], ['user.id'], name=op.f('fk_signed_contract_cancelled_by_id_user')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_signed_contract')),
    )
    op.create_index('ix_signed_contract_vendor', 'signed_contract', ['vendor_id', 'cancelled_at', 'signed_on'], unique=False)
    for table in ('contract_version', 'paper_review'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column('signature_id', sa.Integer(), nullable=True))
            batch_op.create_foreign_key(
                batch_op.f(f'fk_{table}_signature_id_signed_contract'), 'signed_contract', ['signature_id'], ['id']
            )
            batch_op.create_index(batch_op.f(f'ix_{table}_signature_id'), ['signature_id'], unique=False)
    with op.batch_alter_table('vendor', schema=None) as batch_op:
        batch_op.add_column(sa.Column('signed_on', sa.Date(), nullable=True))
    index_again(AFTER)


def downgrade() -> None:
    index_again(BEFORE)
    with op.batch_alter_table('vendor', schema=None) as batch_op:
        batch_op.drop_column('signed_on')
    for table in ('contract_version', 'paper_review'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(batch_op.f(f'ix_{table}_signature_id'))
            batch_op.drop_constraint(batch_op.f(f'fk_{table}_signature_id_signed_contract'), type_='foreignkey')
            batch_op.drop_column('signature_id')
    op.drop_table('signed_contract')
