"""What a WSGI server loads."""

import gc

gc.disable()  # loading makes much and drops little: looking for garbage meanwhile is a fifth of the start

from portal.app import create_app  # noqa: E402

app = create_app()
gc.freeze()  # what is loaded stays: no collection walks it again, and forked workers share it
gc.enable()
