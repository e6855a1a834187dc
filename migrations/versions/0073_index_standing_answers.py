"""standing answers are found by their question"""

from alembic import op

revision = '0073'
down_revision = '0072'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_standing_answer_question', 'standing_answer', ['question_key', 'contested', 'vendor_id'])


def downgrade() -> None:
    op.drop_index('ix_standing_answer_question', table_name='standing_answer')
