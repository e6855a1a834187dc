"""Rules of the file for the authority: what it may be about, its days, the names of what is in it. Nothing here reads
or writes."""

from portal.authority.rules.naming import file_name, member_name
from portal.authority.rules.subjects import RETENTION_DAYS, SubjectKind

__all__ = ["RETENTION_DAYS", "SubjectKind", "file_name", "member_name"]
