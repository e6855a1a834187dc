"""the secret address by which a person's calendar reads what falls due"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'calendar_address',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('token_hash', sa.String(length=64), nullable=False),
        sa.Column('created_at', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_calendar_address_user_id_user')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_address')),
        sa.UniqueConstraint('user_id', name=op.f('uq_calendar_address_user_id')),
        sa.UniqueConstraint('token_hash', name=op.f('uq_calendar_address_token_hash')),
    )


def downgrade() -> None:
    op.drop_table('calendar_address')
