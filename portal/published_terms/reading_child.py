"""Pages and contracts read in a child process: what `portal.published_terms.reading_apart` asks for."""

from portal.core.reading_child import answering
from portal.published_terms import reading

read_page = answering(reading.read_page)
facts_of = answering(reading.facts_of)
