"""Writes of the chain."""

from portal.chain.services.companies import (
    CompanySheet,
    TransferSheet,
    choose_vendor,
    describe_company,
    frame_transfer,
)
from portal.chain.services.importing import ChainEntered, ChainFile, enter_chain, enter_companies, read_chain_file
from portal.chain.services.judgements import company_of_vendor, judge_names, undo_judgement
from portal.chain.services.laws import apply_law, withdraw_law
from portal.chain.services.stated import follow_some, follow_stated

__all__ = [
    "ChainEntered",
    "ChainFile",
    "CompanySheet",
    "TransferSheet",
    "apply_law",
    "choose_vendor",
    "company_of_vendor",
    "describe_company",
    "enter_chain",
    "enter_companies",
    "follow_some",
    "follow_stated",
    "frame_transfer",
    "judge_names",
    "read_chain_file",
    "undo_judgement",
    "withdraw_law",
]
