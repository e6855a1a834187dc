"""What a WSGI server loads, and the commands; a server starts with no dangerous setting, commands put them right."""

import gc
import sys

gc.disable()  # loading makes much and drops little: looking for garbage meanwhile is a fifth of the start

from portal.alone import is_alone  # noqa: E402
from portal.core.config import is_command  # noqa: E402
from portal.core.errors import ConfigurationError  # noqa: E402

alone = is_command() and is_alone(sys.argv)
if alone:
    from portal.alone import create_app
else:
    from portal.app import create_app
    from portal.core.dangers import refuse_dangers

try:
    app = create_app()
    if not is_command():
        refuse_dangers(app.extensions["vigie.settings"])
except ConfigurationError as refusal:
    sys.exit(str(refusal))  # in its own words: a traceback would hide them
gc.freeze()  # what is loaded stays: no collection walks it again, and forked workers share it
if not alone:  # reading one file is over before there is much to look for; one that reads many asks for it
    gc.enable()
