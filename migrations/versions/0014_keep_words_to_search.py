"""the words that a search looks for in findings, contracts and received contracts"""

import sqlalchemy as sa
from alembic import op

from portal.vendors.rules.naming import plain

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

LONGEST = 600
TEXTS = {'finding': ('title',), 'contract': ('title',), 'paper_review': ('title', 'file_name')}
"""What is kept of each table."""
AT_ONCE = 5_000


def upgrade() -> None:
    for name, columns in TEXTS.items():
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.add_column(sa.Column('sought', sa.String(length=LONGEST), nullable=False, server_default=''))
        _fill(sa.table(name, sa.column('id'), sa.column('sought'), *map(sa.column, columns)), columns)
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.alter_column('sought', server_default=None)


def _fill(table: sa.TableClause, columns: tuple[str, ...]) -> None:
    connection = op.get_bind()
    rows = [
        {'number': row.id, 'words': plain(' '.join(getattr(row, column) for column in columns))[:LONGEST]}
        for row in connection.execute(sa.select(table))
    ]
    change = table.update().where(table.c.id == sa.bindparam('number')).values(sought=sa.bindparam('words'))
    for start in range(0, len(rows), AT_ONCE):
        connection.execute(change, rows[start : start + AT_ONCE])


def downgrade() -> None:
    for name in TEXTS:
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.drop_column('sought')
