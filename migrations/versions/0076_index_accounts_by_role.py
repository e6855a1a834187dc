"""the few accounts of some roles are found without reading those of ten thousand vendors"""

from alembic import op

revision = '0076'
down_revision = '0075'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_user_role', 'user', ['role'])


def downgrade() -> None:
    op.drop_index('ix_user_role', table_name='user')
