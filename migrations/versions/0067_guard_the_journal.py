"""journal: nothing changes or removes what it holds; versions of rows are sealed"""

import sqlalchemy as sa
from alembic import op

revision = '0067'
down_revision = '0066'
branch_labels = None
depends_on = None

GUARDED = ('journal_entry', 'journal_head', 'journal_tree_node')
REFUSAL = 'the journal is only added to'


def upgrade() -> None:
    # What hashes cover stays on the way back: without it, the chain would no longer hold once forward again.
    _add_missing('journal_entry', sa.Column('row_versions', sa.String(length=120), nullable=True))
    _add_missing('row_version', sa.Column('batch', sa.String(length=40), nullable=True))
    _add_missing('row_version', sa.Column('mac', sa.String(length=64), nullable=True))
    op.create_index('ix_row_version_batch', 'row_version', ['batch'])
    _guard()


def downgrade() -> None:
    _let_go()
    op.drop_index('ix_row_version_batch', 'row_version')


def _add_missing(table: str, column: sa.Column) -> None:
    if column.name not in {one['name'] for one in sa.inspect(op.get_bind()).get_columns(table)}:
        op.add_column(table, column)


def _guard() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(
            'CREATE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS '
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
        for table in GUARDED:
            op.execute(
                f'CREATE TRIGGER {table}_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} '
                'FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change()'
            )
        return
    for table in GUARDED:
        for act in ('update', 'delete'):
            op.execute(
                f"CREATE TRIGGER {table}_guard_{act} BEFORE {act.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )


def _let_go() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        for table in GUARDED:
            op.execute(f'DROP TRIGGER {table}_guard ON {table}')
        op.execute('DROP FUNCTION refuse_journal_change()')
        return
    for table in GUARDED:
        for act in ('update', 'delete'):
            op.execute(f'DROP TRIGGER {table}_guard_{act}')
