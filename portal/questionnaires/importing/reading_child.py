"""Questionnaires of other tools read in a child process, within its limits: what `reading` asks for."""

from portal.core.reading_child import answering
from portal.questionnaires.importing import importing

import_files = answering(importing.import_files)
