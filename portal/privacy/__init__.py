"""The portal's own personal data: what is held of whom, how long, and how one person is shown theirs, or erased."""
