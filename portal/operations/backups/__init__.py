"""A backup: database, files, the journal's end and a manifest; made while the portal runs, checked, restored.

The secrets are not in it: the manifest names their keys. Other modules import what is named here.
"""

from portal.operations.backups.checking import CheckReport, check_backup
from portal.operations.backups.making import make_backup
from portal.operations.backups.manifest import Manifest
from portal.operations.backups.restoring import RestoreReport, restore_backup

__all__ = ["CheckReport", "Manifest", "RestoreReport", "check_backup", "make_backup", "restore_backup"]
