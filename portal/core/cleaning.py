"""Text that people type or that a file holds, without what no page, terminal or document wants."""

import unicodedata


def clean(text: str | None) -> str:
    """Drop control and invisible characters that no database or document wants; trim; compose accents."""
    if not text:
        return ""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\n\t" or unicodedata.category(c)[0] != "C").strip()
