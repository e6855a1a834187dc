"""What a format of questionnaires is for an import: how it is recognised, and how it is read."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from portal.core.dataclass import dataclass
from portal.questionnaires.definition import Questionnaire
from portal.questionnaires.importing.drafting import Draft
from portal.questionnaires.importing.losses import LossReport
from portal.questionnaires.importing.source import ImportSource

Companions: TypeAlias = Sequence[ImportSource]
Read: TypeAlias = Sequence[Draft] | Sequence[Questionnaire]


@dataclass(frozen=True)
class ImportFormat:
    """One format; to add one, write its module and its line in `formats.FORMATS`."""

    name: str
    """As scripts read it."""
    label: str
    """As a person calls it, in any language."""
    recognises: Callable[[ImportSource], bool]
    """Whether a file is of this format, by what it holds."""
    read: Callable[[ImportSource, Companions, LossReport], Read]
    """The questionnaires of a file, in the order of the file."""
    takes_companions: bool = False
    """Whether other files complete it."""
