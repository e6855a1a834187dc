"""decoys: batches, invented people, what reached them"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0048'
down_revision = '0047'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'decoy_batch',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('service_id', sa.Integer(), nullable=True),
        sa.Column('name', sa.String(length=200), nullable=False),
        sa.Column('planted_on', sa.Date(), nullable=True),
        sa.Column('created_at', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['vendor_id'], ['vendor.id'], name=op.f('fk_decoy_batch_vendor_id_vendor'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['service_id'], ['service.id'], name=op.f('fk_decoy_batch_service_id_service'), ondelete='SET NULL'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_decoy_batch')),
    )
    op.create_index('ix_decoy_batch_vendor_id', 'decoy_batch', ['vendor_id'])
    op.create_index('ix_decoy_batch_service_id', 'decoy_batch', ['service_id'])
    op.create_table(
        'decoy',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('batch_id', sa.Integer(), nullable=False),
        sa.Column('sealed', sa.Text(), nullable=False),
        sa.Column('address_digest', sa.String(length=64), nullable=False),
        sa.Column('person_digest', sa.String(length=64), nullable=False),
        sa.Column('phone_digest', sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ['batch_id'], ['decoy_batch.id'], name=op.f('fk_decoy_batch_id_decoy_batch'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_decoy')),
        sa.UniqueConstraint('address_digest', name=op.f('uq_decoy_address_digest')),
    )
    op.create_index('ix_decoy_batch_id', 'decoy', ['batch_id'])
    op.create_index('ix_decoy_person_digest', 'decoy', ['person_digest'])
    op.create_index('ix_decoy_phone_digest', 'decoy', ['phone_digest'])
    op.create_table(
        'decoy_message',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('batch_id', sa.Integer(), nullable=False),
        sa.Column('decoy_id', sa.Integer(), nullable=False),
        sa.Column('received_at', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('means', sa.String(length=40), nullable=False),
        sa.Column('sender', sa.String(length=254), nullable=False),
        sa.Column('subject', sa.String(length=300), nullable=False),
        sa.Column('verdict', sa.String(length=40), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('incident_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ['vendor_id'], ['vendor.id'], name=op.f('fk_decoy_message_vendor_id_vendor'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['batch_id'], ['decoy_batch.id'], name=op.f('fk_decoy_message_batch_id_decoy_batch'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['decoy_id'], ['decoy.id'], name=op.f('fk_decoy_message_decoy_id_decoy'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['incident_id'], ['incident.id'], name=op.f('fk_decoy_message_incident_id_incident')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_decoy_message')),
        sa.UniqueConstraint('digest', name=op.f('uq_decoy_message_digest')),
    )
    op.create_index('ix_decoy_message_batch', 'decoy_message', ['batch_id', 'id'])
    op.create_index('ix_decoy_message_decoy_id', 'decoy_message', ['decoy_id'])
    op.create_index('ix_decoy_message_incident_id', 'decoy_message', ['incident_id'])
    op.create_index('ix_decoy_message_vendor_id', 'decoy_message', ['vendor_id'])


def downgrade() -> None:
    op.drop_table('decoy_message')
    op.drop_table('decoy')
    op.drop_table('decoy_batch')
