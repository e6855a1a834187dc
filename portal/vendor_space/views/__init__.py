"""Pages of the vendor space: its door, home, one section at a time, files, sending, findings, samples, colleagues."""

from portal.vendor_space.views import (
    answer_book,
    calendar,
    carried_answers,
    colleagues,
    contract_exits,
    contracts,
    door,
    files,
    findings,
    home,
    joining,
    previews,
    samples,
    section,
    submission,
    withdrawal_tools,
)
from portal.vendor_space.views.blueprint import bp

__all__ = [
    "answer_book",
    "bp",
    "calendar",
    "carried_answers",
    "colleagues",
    "contract_exits",
    "contracts",
    "door",
    "files",
    "findings",
    "home",
    "joining",
    "previews",
    "samples",
    "section",
    "submission",
    "withdrawal_tools",
]
