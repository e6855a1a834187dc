"""How the pages are served, for `gunicorn wsgi:app` started in this folder; any of it may be said otherwise there.

The application is loaded once and the workers are forked from it: they start at once and share what it holds.
Nothing may have used the file store by then (`portal.core.files.places`), which loading the application does not.
"""

from sqlalchemy.orm import configure_mappers

bind = "127.0.0.1:8000"
workers = 2
worker_class = "portal.web.patient_worker.PatientWorker"
threads = 4
preload_app = True
control_socket_disable = True
access_log_format = '%(h)s %(t)s "%(m)s %(U)s" %(s)s %(B)s %(D)s'
"""Without what follows the « ? »: the secret of a calendar's address is there. No access log is kept unless asked."""
loglevel = "warning"


def when_ready(_server: object) -> None:
    """Before the workers are forked: what the tables' classes are to one another is worked out once for all of them."""
    configure_mappers()
