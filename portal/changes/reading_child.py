"""What a vendor sent, read in a child process: what `portal.changes.vendor_text.text_apart` asks for."""

from portal.changes import vendor_text
from portal.core.reading_child import answering

read_text = answering(vendor_text.read_text)
