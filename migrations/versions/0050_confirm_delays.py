"""paper: what a person confirmed of the delays of a contract"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0050'
down_revision = '0049'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'confirmed_delay',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('contract_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=40), nullable=False),
        sa.Column('number', sa.Integer(), nullable=True),
        sa.Column('unit', sa.String(length=40), nullable=True),
        sa.Column('quote', sa.Text(), nullable=False),
        sa.Column('source', sa.String(length=40), nullable=False),
        sa.Column('signature_id', sa.Integer(), nullable=True),
        sa.Column('confirmed_at', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('confirmed_by_id', sa.Integer(), nullable=True),
        sa.Column('confirmed_by', sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ['contract_id'], ['contract.id'], name=op.f('fk_confirmed_delay_contract_id_contract'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['signature_id'], ['signed_contract.id'], name=op.f('fk_confirmed_delay_signature_id_signed_contract'),
            ondelete='SET NULL',
        ),
        sa.ForeignKeyConstraint(
            ['confirmed_by_id'], ['user.id'], name=op.f('fk_confirmed_delay_confirmed_by_id_user')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_confirmed_delay')),
    )
    op.create_index('ix_confirmed_delay_contract', 'confirmed_delay', ['contract_id', 'kind', 'id'])


def downgrade() -> None:
    op.drop_table('confirmed_delay')
