"""The addresses of landings: the one place where the names kept in mails and rows become paths of the portal."""

from collections.abc import Mapping

from flask import Flask, current_app
from werkzeug.routing import BuildError

from portal.core import logs
from portal.core.landing import Landing
from portal.jobs import mail

RENAMED: Mapping[str, str] = {
    "audits.amend_finding": "findings.amend",
    "audits.answer_finding": "findings.write",
    "audits.finding": "findings.show",
    "audits.findings": "findings.index",
    "audits.reopen_finding": "findings.reopen",
    "audits.settle_finding": "findings.settle",
    "audits.file": "evidence.file",
    "withdrawals.ask": "samples.ask",
    "withdrawals.calculator": "consumer_law.calculator",
    "withdrawals.cancel_sample": "samples.cancel",
    "withdrawals.exception": "consumer_law.exception",
    "withdrawals.exceptions": "consumer_law.exceptions",
    "withdrawals.exposition": "consumer_law.exposure",
    "withdrawals.guide": "consumer_law.guide",
    "withdrawals.guide_pdf": "consumer_law.guide_pdf",
    "withdrawals.index": "samples.index",
    "withdrawals.mystery": "mystery.index",
    "withdrawals.mystery_amend": "mystery.amend_plan",
    "withdrawals.mystery_conclude": "mystery.conclude",
    "withdrawals.mystery_finding": "mystery.finding",
    "withdrawals.mystery_new": "mystery.new_plan",
    "withdrawals.mystery_plans": "mystery.plans",
    "withdrawals.mystery_proof": "mystery.proof",
    "withdrawals.mystery_receipt": "mystery.receipt",
    "withdrawals.mystery_show": "mystery.show",
    "withdrawals.mystery_skip": "mystery.skip",
    "withdrawals.mystery_start": "mystery.start",
    "withdrawals.mystery_step": "mystery.step",
    "withdrawals.mystery_stop": "mystery.stop_plan",
    "withdrawals.sample": "samples.show",
    "withdrawals.sample_cases": "samples.cases_csv",
    "withdrawals.sample_finding": "samples.finding",
    "withdrawals.sample_progress": "samples.progress",
    "withdrawals.samples": "samples.list_samples",
}
"""Endpoints that rows of an earlier version may name, each with its name of today."""
HOME = "/"
log = logs.get_logger()


def install(app: Flask) -> None:
    """Have mails find their addresses in this application."""
    mail.find_addresses_with(lambda landing: path_in(app, landing))


def path_of(landing: Landing) -> str:
    """The path of a landing in the application of this request."""
    return path_in(current_app, landing)


def path_in(app: Flask, landing: Landing) -> str:
    """The path of a landing; the home page, with an error in the log, for a page that is no longer there."""
    if landing.is_path:
        return landing.endpoint
    endpoint = RENAMED.get(landing.endpoint, landing.endpoint)
    try:
        return app.url_map.bind("localhost").build(endpoint, dict(landing.arguments))
    except (BuildError, ValueError):
        log.error("landing unknown", endpoint=landing.endpoint, arguments=[name for name, _ in landing.arguments])
        return HOME
