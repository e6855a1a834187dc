"""what puts lists of staff in order stands in an index

Breaches by state and day of their declaration, samples by what was measured of them, mystery tests by their day, and
the differences of a published page that nobody examined.
"""

from alembic import op

revision = '0083'
down_revision = '0082'
branch_labels = None
depends_on = None

INDEXES = (
    ('ix_case_sample_listed', 'case_sample', ['measured_at', 'due_on', 'id']),
    ('ix_incident_listed', 'incident', ['state', 'declared_at', 'id']),
    ('ix_mystery_test_due', 'mystery_test', ['due_on', 'id']),
    ('ix_term_drift_page_open', 'term_drift', ['page_id', 'verdict']),
)


def upgrade() -> None:
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, table, _columns in INDEXES:
        op.drop_index(name, table_name=table)
