"""the services that lines rest on are counted along one index, which holds both numbers"""

from alembic import op

revision = '0078'
down_revision = '0077'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_activity_service_rested', 'activity_service', ['service_id', 'version_id'])
    op.drop_index('ix_activity_service_service_id', table_name='activity_service')


def downgrade() -> None:
    op.create_index('ix_activity_service_service_id', 'activity_service', ['service_id'])
    op.drop_index('ix_activity_service_rested', table_name='activity_service')
