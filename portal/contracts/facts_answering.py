"""What a contract lacks, before whoever answers it: the facts asked and nothing else, by a link or from an account."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from portal.authz.context import Context
from portal.contracts import services
from portal.contracts.facts_forms import answer_contract_facts_form
from portal.contracts.models import ContractFactsRequest
from portal.contracts.rules.fact_catalogue import FACTS
from portal.contracts.services import MOST_ROWS
from portal.contracts.table_page import shown_rows
from portal.core.errors import Refused
from portal.web.text import current_language


def answer_asked_facts(
    ctx: Context, asked: ContractFactsRequest, template: str, *, token: str = "", name: str = ""
) -> ResponseReturnValue | None:
    """Show the questions, or keep what was answered to them: nothing is given once it is kept.

    `token` is that of the link, carried by the form; `name` is proposed as who answers, when an account says it.
    """
    answers = answer_contract_facts_form(asked.asked, asked.language, current_language())
    answers.token.data = token
    if request.method == "GET":
        answers.name.data = name
    act, _colon, what = request.form.get("then", "").partition(":")
    if act == "repondre" and answers.submitted():
        try:
            services.propose_contract_facts(ctx, asked, answers.given(), answers.name.data)
        except Refused as refusal:
            answers.refuse(refusal)
        else:
            return None
    _change_rows(answers, act, what)
    return _questions(asked, answers, template)


def _change_rows(answers: Any, act: str, what: str) -> None:
    key, _colon, number = what.partition(":")
    if key not in answers.tables:
        return
    rows = answers[key].data
    if act == "ligne" and len(rows) < MOST_ROWS:
        rows.append({})
    elif act == "retirer" and number.isdecimal() and int(number) < len(rows):
        rows.pop(int(number))


def _questions(asked: ContractFactsRequest, answers: Any, template: str) -> ResponseReturnValue:
    reader = current_language()
    tables = {
        key: (
            FACTS[key].label.said_in(reader),
            shown_rows(key, answers[key].data or [{}], asked.language, reader),
            shown_rows(key, [{}], asked.language, reader)[0],
        )
        for key in answers.tables
    }
    return render_template(template, form=answers, asked=asked, tables=tables, most=MOST_ROWS), answers.status
