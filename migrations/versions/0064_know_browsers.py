"""identity: where a browser was, accounts without a password, roles that may not do without a second factor"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0064'
down_revision = '0063'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('login_session', sa.Column('network', sa.String(length=64), server_default='', nullable=False))
    op.add_column('user', sa.Column('opened_at', portal.core.db.UtcDateTime(timezone=True), nullable=True))
    op.create_table(
        'second_factor_demand',
        sa.Column('role', sa.String(length=40), nullable=False),
        sa.Column('since', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('role', name=op.f('pk_second_factor_demand')),
    )


def downgrade() -> None:
    op.drop_table('second_factor_demand')
    op.drop_column('user', 'opened_at')
    op.drop_column('login_session', 'network')
