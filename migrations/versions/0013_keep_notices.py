"""what waits for a person's next digest, and the telephone that letters give"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = portal.core.db.UtcDateTime(timezone=True)
    op.add_column('user', sa.Column('phone', sa.String(length=40), nullable=False, server_default=''))
    op.create_table(
        'notice',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('key', sa.String(length=160), nullable=False),
        sa.Column('about', sa.String(length=120), nullable=False),
        sa.Column('template', sa.String(length=120), nullable=False),
        sa.Column('values', portal.core.db.JsonValue, nullable=False),
        sa.Column('expects_action', sa.Boolean(), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=True),
        sa.Column('noted_at', instant, nullable=False),
        sa.Column('told_at', instant, nullable=True),
        sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_notice_user_id_user'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(
            ['vendor_id'], ['vendor.id'], name=op.f('fk_notice_vendor_id_vendor'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_notice')),
        sa.UniqueConstraint('user_id', 'key', name=op.f('uq_notice_user_id_key')),
    )
    op.create_index('ix_notice_waiting', 'notice', ['told_at', 'user_id', 'vendor_id'], unique=False)
    op.create_index(op.f('ix_notice_vendor_id'), 'notice', ['vendor_id'], unique=False)


def downgrade() -> None:
    op.drop_table('notice')
    op.drop_column('user', 'phone')
