"""an audience kept under a name, chosen by campaigns"""

import portal.core.db
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0046'
down_revision = '0045'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'saved_audience',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=200), nullable=False),
        sa.Column(
            'audience', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False
        ),
        sa.Column('created_at', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('created_by_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_saved_audience_created_by_id_user')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_audience')),
        sa.UniqueConstraint('name', name=op.f('uq_saved_audience_name')),
    )
    with op.batch_alter_table('campaign') as table:
        table.add_column(sa.Column('saved_audience_id', sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f('fk_campaign_saved_audience_id_saved_audience'), 'saved_audience', ['saved_audience_id'], ['id']
        )


def downgrade() -> None:
    # Each campaign holds its criteria: only their name is lost.
    with op.batch_alter_table('campaign') as table:
        table.drop_constraint(op.f('fk_campaign_saved_audience_id_saved_audience'), type_='foreignkey')
        table.drop_column('saved_audience_id')
    op.drop_table('saved_audience')
