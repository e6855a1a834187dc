"""whether a vendor is spelled so is read from an index

PostgreSQL, which walks the vendors by name and tries each, read twenty rows of spellings for each of them.
"""

from alembic import op

revision = '0084'
down_revision = '0083'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_vendor_spelling_of_vendor', 'vendor_spelling', ['vendor_id', 'text'])
    op.drop_index('ix_vendor_spelling_vendor_id', table_name='vendor_spelling')


def downgrade() -> None:
    op.create_index('ix_vendor_spelling_vendor_id', 'vendor_spelling', ['vendor_id'])
    op.drop_index('ix_vendor_spelling_of_vendor', table_name='vendor_spelling')
