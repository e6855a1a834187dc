"""How the pages are served, for `gunicorn wsgi:app` started in this folder; any of it may be said otherwise there.

The access log is the portal's own (`VIGIE_ACCESS_LOG`), which holds no secret of an address; gunicorn's is left off.

The application is loaded once and the workers are forked from it: they start at once and share what it holds.
Nothing may have used the file store by then (`portal.core.files.places`), which loading the application does not.
"""

import gc
from typing import Any

from sqlalchemy.orm import configure_mappers

from portal.core import dates
from portal.core.config import bind_address

bind = bind_address()
workers = 2
worker_class = "portal.web.patient_worker.PatientWorker"
threads = 4
preload_app = True
control_socket_disable = True
loglevel = "warning"


def when_ready(server: Any) -> None:
    """Before the workers are forked: what all of them need is worked out once, and kept where they share it.

    What the tables' classes are to one another; how each language writes its dates; where requests are counted
    together, when somebody asks for figures.
    """
    # glibc keeps memory for pieces as large as the first that it is given back, instead of asking the kernel for each
    # (mallopt(3), M_MMAP_THRESHOLD): a page of eighty questions faulted a hundred times as it was written out.
    bytes(4 * 1024 * 1024)
    configure_mappers()
    dates.load_locales()
    figures = server.app.wsgi().extensions["vigie.request_figures"]
    if figures is not None:
        figures.share()
    gc.freeze()  # a collection that walks what is shared makes it each worker's own


def child_exit(server: Any, worker: Any) -> None:
    """What a worker was doing when it died is not under way any more."""
    figures = server.app.wsgi().extensions["vigie.request_figures"]
    if figures is not None:
        figures.forget(worker.pid)
