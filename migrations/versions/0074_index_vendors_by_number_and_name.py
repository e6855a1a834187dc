"""vendors known by their numbers are put in the order of their names without being opened"""

from alembic import op

revision = '0074'
down_revision = '0073'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_vendor_named', 'vendor', ['id', 'folded_name'])


def downgrade() -> None:
    op.drop_index('ix_vendor_named', table_name='vendor')
