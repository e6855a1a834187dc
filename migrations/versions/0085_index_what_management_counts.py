"""what management counts is counted along an index

The vendors partly covered alone, contracts of which no reading says what they cover, lines of the register by their
review, audits that were answered by vendor; beside the figures of a vendor, its status and its risk.
"""

from alembic import op
from sqlalchemy import text

revision = '0085'
down_revision = '0084'
branch_labels = None
depends_on = None

MADE = (
    ('ix_activity_version_standing', 'activity_version', ['activity_id', 'valid_until', 'gaps', 'need'], None),
    ('ix_audit_answered', 'audit', ['vendor_id', 'submitted_at', 'state', 'questionnaire_version_id'],
     'submitted_at IS NOT NULL'),
    ('ix_contract_unread', 'contract', ['state', 'kind', 'parent_id', 'copy_reading', 'lacking'], 'required IS NULL'),
    ('ix_processing_activity_entity', 'processing_activity',
     ['legal_entity_id', 'ended_on', 'review_by', 'confirmed_on', 'owner_id'], None),
    ('ix_processing_activity_owner', 'processing_activity', ['owner_id', 'ended_on', 'review_by', 'confirmed_on'],
     None),
    ('ix_processing_activity_review', 'processing_activity', ['ended_on', 'review_by', 'confirmed_on'], None),
    ('ix_vendor_figures', 'vendor', ['id', 'level_points', 'risk_points', 'status', 'inherent', 'tier'], None),
    ('ix_vendor_partly', 'vendor', ['inherent', 'folded_name', 'sought', 'id', 'status'], "standing = 'partial'"),
)  # fmt: skip
BEFORE = (
    ('ix_activity_version_standing', 'activity_version', ['activity_id', 'valid_until']),
    ('ix_processing_activity_entity', 'processing_activity', ['legal_entity_id', 'ended_on']),
    ('ix_processing_activity_owner_id', 'processing_activity', ['owner_id']),
    ('ix_vendor_figures', 'vendor', ['id', 'level_points', 'risk_points']),
)


def upgrade() -> None:
    for name, table, _columns in BEFORE:
        op.drop_index(name, table_name=table)
    for name, table, columns, only in MADE:
        where = text(only) if only else None
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, table, _columns, _only in MADE:
        op.drop_index(name, table_name=table)
    for name, table, columns in BEFORE:
        op.create_index(name, table, columns)
