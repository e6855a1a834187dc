"""what management decides of a vendor"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    choice = sa.Enum('go_on', 'frame', 'leave', name='decisionchoice', native_enum=False, length=40)
    op.create_table(
        'vendor_decision',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('choice', choice, nullable=False),
        sa.Column('reasons', portal.core.db.JsonValue, nullable=False),
        sa.Column('motive', sa.String(length=1000), nullable=False),
        sa.Column('owner_id', sa.Integer(), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=False),
        sa.Column('decided_at', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('decided_by_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_vendor_decision_decided_by_id_user')),
        sa.ForeignKeyConstraint(['owner_id'], ['user.id'], name=op.f('fk_vendor_decision_owner_id_user')),
        sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_vendor_decision_vendor_id_vendor')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_vendor_decision')),
    )
    op.create_index('ix_vendor_decision_newest', 'vendor_decision', ['vendor_id', 'id'], unique=False)
    op.create_index(op.f('ix_vendor_decision_owner_id'), 'vendor_decision', ['owner_id'], unique=False)
    op.create_index(op.f('ix_vendor_decision_decided_by_id'), 'vendor_decision', ['decided_by_id'], unique=False)


def downgrade() -> None:
    op.drop_table('vendor_decision')
