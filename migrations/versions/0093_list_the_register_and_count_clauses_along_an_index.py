"""lists of the register and uses of clauses follow an index

A page of the register is read in the order of its index, and the rest is not; how many contracts hold each set of
clauses is counted in one that also says how their signed copy was read.
"""

from alembic import op

revision = '0093'
down_revision = '0092'
branch_labels = None
depends_on = None

LISTED = 'ix_processing_activity_listed'
CLAUSES = 'ix_contract_clause_set'


def upgrade() -> None:
    op.create_index(LISTED, 'processing_activity', ['sought', 'id'], unique=False)
    op.drop_index(CLAUSES, table_name='contract')
    op.create_index(CLAUSES, 'contract', ['clause_set_id', 'state', 'copy_reading'], unique=False)


def downgrade() -> None:
    op.drop_index(CLAUSES, table_name='contract')
    op.create_index(CLAUSES, 'contract', ['clause_set_id', 'state'], unique=False)
    op.drop_index(LISTED, table_name='processing_activity')
