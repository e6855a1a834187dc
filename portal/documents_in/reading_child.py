"""Documents read in a child process: what `portal.documents_in.reading.read_document_apart` asks for."""

from portal.core.reading_child import answering
from portal.documents_in import reader

read_document = answering(reader.read_document)
