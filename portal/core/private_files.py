"""Files and folders for the portal's own account alone, whatever the umask it was started under."""

import os
from contextlib import suppress
from pathlib import Path

FILE_MODE, FOLDER_MODE = 0o600, 0o700


def make_private_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, closed to others; one that exists is left as it is.

    `Path.mkdir` gives its mode to the last one alone.
    """
    if folder.is_dir():
        return
    make_private_folder(folder.parent)
    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)


def open_private(path: Path) -> int:
    """A descriptor on a new file that nobody else can open at any instant; raises FileExistsError."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)


def write_private(path: Path, content: bytes, *, draft: Path, is_lasting: bool = True) -> None:
    """Put a whole file in place; `draft` must not exist yet.

    One that is lasting reaches the disk before its name does, and its name before this returns.
    """
    try:
        with os.fdopen(open_private(draft), "wb") as handle:
            handle.write(content)
            if is_lasting:
                handle.flush()
                os.fsync(handle.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    if is_lasting:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder reach the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_ATTEMPTS = 5
"""Times that a file which goes while it is looked at is made again; SQLite makes its own as private as its base."""


def keep_private(path: Path) -> None:
    """Make a file if it is missing, and close to others one that is ours; that of another account is left to it.

    One that exists is never opened: closing it would let go of the locks that SQLite holds on it in this process.
    """
    for _attempt in range(_ATTEMPTS):
        try:
            os.close(open_private(path))
        except FileExistsError:
            with suppress(FileNotFoundError):  # SQLite removes its own when a last connection closes
                found = path.stat()
                if found.st_mode & 0o077 and found.st_uid == os.geteuid():
                    path.chmod(FILE_MODE)
                return
        else:
            return
