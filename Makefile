.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
export FLASK_APP := wsgi
# Importing the application takes twice the time when its byte code is not kept.
unexport PYTHONDONTWRITEBYTECODE
APT_RUN := python3-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation fonts-dejavu-core fonts-sil-charis
APT_TEST := chromium chromium-headless-shell poppler-utils postgresql clamav-daemon libreoffice-writer-nogui

# The tests of a file stay together, for what it makes once (the demonstration walked through, a printed contract)
# serves them all; the longest files come first (tests/conftest.py). One process more than the machine has cores works
# while another waits for a browser, a server or a process that it started.
SHORT = not browser and not postgres and not pdf and not faults and not long
PROCESSES = $(shell echo $$(( $$(nproc 2>/dev/null || echo 2) + 1 )))
PARALLEL = -n $(PROCESSES) --dist loadfile --no-loadscope-reorder

help: ## Show these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

system: # system libraries of the portal, once
	@.ci/system $(APT_RUN)

system-test: # and those of its tests
	@.ci/system $(APT_RUN) $(APT_TEST)

$(VENV)/.run: requirements.txt | system
	@.ci/venv requirements.txt && touch $@

$(VENV)/.dev: requirements-dev.txt | system-test
	@.ci/venv requirements-dev.txt && touch $@ $(VENV)/.run

translations: $(VENV)/.run # compile the English catalogue
	@$(PY) -m portal.translations compile

run: $(VENV)/.run translations ## Start the portal: database, demo data at first run, web and worker (PORT=8000)
	@.ci/serve

demo: $(VENV)/.run translations ## Rebuild the demonstration database
	@$(PY) -m portal.seed rebuild

quick: $(VENV)/.dev translations ## While working: no printing, no browser, no PostgreSQL, nothing long, few examples
	@$(BIN)/ruff check -q . && $(BIN)/ruff format --check -q .
	@$(BIN)/pytest $(PARALLEL) -m "$(SHORT)" --hypothesis-profile=quick --durations=20

efforts: $(VENV)/.dev translations ## The same, measured on a quiet machine: what is long is added to tests/long_tests.txt
	@$(BIN)/pytest $(PARALLEL) -m "$(SHORT)" --hypothesis-profile=quick --note-efforts

test: $(VENV)/.dev translations ## Before handing in: checks, beside the suite on SQLite, PostgreSQL and Chromium
	@$(MAKE) --no-print-directory -j2 check suite

suite: $(VENV)/.dev translations # one session on both databases and in the browser
	@$(BIN)/pytest $(PARALLEL) --postgres -m "not faults" --durations=20

# Each of these tests makes what it needs and waits for most of its time: they go one by one to whoever is free.
faults: $(VENV)/.dev translations ## What must wait: restarts, locks, kills
	@$(BIN)/pytest -n $(PROCESSES) --dist load --maxschedchunk 1 -m faults --durations=20 $$(grep -rl --include='test_*.py' 'mark\.faults' tests)

check: $(VENV)/.dev translations ## Style, types, imports, data files, templates, translations
	@$(BIN)/ruff check . && $(BIN)/ruff format --check -q .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache | tail -n 12
	@$(BIN)/djlint --check --quiet portal && $(BIN)/djlint --lint --quiet portal
	@$(BIN)/bandit -q -r portal -c pyproject.toml -ll
	@VIGIE_DATA_DIR=$$(mktemp -d) && export VIGIE_DATA_DIR && $(BIN)/flask questionnaires check && $(BIN)/flask clauses check clause_library; s=$$?; rm -rf "$$VIGIE_DATA_DIR"; exit $$s

fuzz: $(VENV)/.dev translations ## Try the properties hard: hundreds of examples, others each time; what fails is kept in .hypothesis
	@$(BIN)/pytest -m hypothesis --hypothesis-profile=fuzz $(PARALLEL) tests
	@VIGIE_TEST_FUZZ=hard $(BIN)/pytest tests/architecture/test_every_form.py tests/architecture/test_every_door.py

fix: $(VENV)/.dev ## Let the tools repair what they can
	@$(BIN)/ruff check --fix -q . ; $(BIN)/ruff format -q . ; $(BIN)/djlint --reformat --quiet portal

bench: $(VENV)/.dev translations ## Measure, each figure beside its limit taken in the same run
	@$(PY) -m bench

regexes: $(VENV)/.dev ## Every regular expression against texts made to hurt it (half an hour of processor)
	@$(PY) -m tests.regexes.sweep 0 2 & first=$$!; $(PY) -m tests.regexes.sweep 1 2 && wait $$first

mutants: $(VENV)/.dev translations ## Plant faults in the rules and list those that no test of their domain notices
	@$(PY) -m bench.mutants

map: $(VENV)/.dev ## Draw the floors and write tables and events into docs/architecture.md again
	@$(PY) -m bench.code_map

pictures: $(VENV)/.dev ## Take the pictures of README.md again, of a demonstration just made that `make run` serves (PORT)
	@$(PY) -m bench.readme_pictures

permissions: $(VENV)/.dev # write again who may call what, to be read in the diff
	@PYTHONPATH=. $(PY) -m tests.architecture.test_endpoints

migration: $(VENV)/.dev ## Write a migration from the models (NAME=verb_object)
	@$(BIN)/flask database draft "$(NAME)"

lock: $(VENV)/.run ## Resolve and hash the dependencies again
	@for f in requirements requirements-dev; do $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes $$f.in -o $$f.txt; done

reset: ## Remove the local data and the virtual environment
	@rm -rf var $(VENV)

.PHONY: help system system-test translations run demo quick efforts test suite faults check fuzz fix bench regexes mutants map pictures permissions migration lock reset
