"""journal: what a third party says of when a head was there"""

import sqlalchemy as sa
from alembic import op

import portal.core.db

revision = '0069'
down_revision = '0068'
branch_labels = None
depends_on = None

TABLE = 'journal_timestamp'
REFUSAL = 'the journal is only added to'


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column('entries', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('at', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('response', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('entries', name=op.f('pk_journal_timestamp')),
    )
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(
            f'CREATE TRIGGER {TABLE}_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} '
            'FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change()'
        )
        return
    for act in ('update', 'delete'):
        op.execute(
            f"CREATE TRIGGER {TABLE}_guard_{act} BEFORE {act.upper()} ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def downgrade() -> None:
    op.drop_table(TABLE)
