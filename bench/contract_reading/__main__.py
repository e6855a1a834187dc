"""`python -m bench.contract_reading FOLDER --labels FILE`."""

from bench.contract_reading.command import evaluate_texts

evaluate_texts(prog_name="python -m bench.contract_reading")
