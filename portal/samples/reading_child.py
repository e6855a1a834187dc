"""Files of samples read in a child process, by rules that look at every cell: what `file_reading` asks for."""

import io

from portal.core.reading_child import answering
from portal.samples import file_check
from portal.samples.file_check import FileCheck, FileExpectations

references = answering(file_check.references)
refuse_personal_data = answering(file_check.refuse_personal_data)


@answering
def check_file(data: bytes, name: str, wanted: FileExpectations) -> tuple[FileCheck, bytes]:
    """What a file comes to, and its sound rows as a file of ours when it can be measured."""
    clean = io.StringIO(newline="")
    with file_check.open_file(data, name) as stream:
        found = file_check.check_file(stream, wanted, clean)
    return found, clean.getvalue().encode() if found.is_sound else b""
