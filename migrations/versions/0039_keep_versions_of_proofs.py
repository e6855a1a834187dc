"""versions of a proof, what it covers and until when, and when its file was last opened whole"""

import portal.core.db
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0039'
down_revision = '0038'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')
NEW = ('sites', 'standard', 'period_from', 'period_to', 'replaced_by_id', 'checked_at', 'is_damaged')


def upgrade() -> None:
    with op.batch_alter_table('evidence') as table:
        table.add_column(sa.Column('sites', sa.Text(), nullable=False, server_default=''))
        table.add_column(sa.Column('standard', sa.String(length=120), nullable=False, server_default=''))
        table.add_column(sa.Column('period_from', sa.Date(), nullable=True))
        table.add_column(sa.Column('period_to', sa.Date(), nullable=True))
        table.add_column(sa.Column('replaced_by_id', sa.Integer(), nullable=True))
        table.add_column(sa.Column('checked_at', portal.core.db.UtcDateTime(timezone=True), nullable=True))
        table.add_column(sa.Column('is_damaged', sa.Boolean(), nullable=False, server_default=sa.false()))
    # A file is whole on the day it is sealed: it was opened then.
    op.execute('UPDATE evidence SET checked_at = uploaded_at')
    _note_standards()
    with op.batch_alter_table('evidence') as table:
        table.alter_column('checked_at', existing_type=portal.core.db.UtcDateTime(timezone=True), nullable=False)
        for name, kind in (('sites', sa.Text()), ('standard', sa.String(length=120)), ('is_damaged', sa.Boolean())):
            table.alter_column(name, existing_type=kind, server_default=None)
        table.create_foreign_key(
            op.f('fk_evidence_replaced_by_id_evidence'), 'evidence', ['replaced_by_id'], ['id']
        )
        table.create_index('ix_evidence_replaced_by_id', ['replaced_by_id'])
        table.create_index('ix_evidence_checked', ['checked_at', 'id'])


def _note_standards() -> None:
    """The standard that was read in each file, with its edition."""
    rows = sa.table(
        'evidence', sa.column('id', sa.Integer()), sa.column('reading', JSON), sa.column('standard', sa.String())
    )
    connection = op.get_bind()
    for number, reading in connection.execute(sa.select(rows.c.id, rows.c.reading)).all():
        found = (reading or {}).get('standard')
        if found:
            connection.execute(rows.update().where(rows.c.id == number).values(standard=found['value'][:120]))


def downgrade() -> None:
    with op.batch_alter_table('evidence') as table:
        table.drop_index('ix_evidence_checked')
        table.drop_index('ix_evidence_replaced_by_id')
        table.drop_constraint(op.f('fk_evidence_replaced_by_id_evidence'), type_='foreignkey')
        for name in NEW:
            table.drop_column(name)
