"""Contracts read and checked in a child process: what `portal.paper.contract_check.read_and_check_apart` asks for."""

from portal.core.reading_child import answering
from portal.paper import contract_check

read_and_check = answering(contract_check.read_and_check)
