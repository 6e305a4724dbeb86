# demo · test · test-all · soak · dashboard · ui · cluster · bench · lint · lock: the whole workflow, on Python 3.11 to 3.13, pip and make alone.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
STORE := $(if $(MLFLOW_TRACKING_URI),$(MLFLOW_TRACKING_URI),sqlite:///$(CURDIR)/mlflow.db)
export MLFLOW_DISABLE_TELEMETRY ?= true
EXPERIMENT ?= regtrack-demo
IN_VENV := PATH="$(BIN):$$PATH" MLFLOW_TRACKING_URI="$(STORE)"
# Two lanes side by side, each taking the next file of the one row that tests/conftest.py lays; the first failure stops both.
LANES := -x -n 2 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help demo test test-all soak dashboard ui cluster bench lint lock python

help:
	@echo 'make demo       set up, train the demo grid (no download), say what to open'
	@echo 'make test       set up, run the tests (eight minutes on two cores)'
	@echo 'make test-all   the long tests too: wheel, serving, stories, outages, Ray, live sweep, large store (twenty minutes on two cores)'
	@echo 'make soak       what breaks, broken again and again: 50 sweeps killed at random moments, 10,000 hostile inputs (half an hour)'
	@echo 'make dashboard  compare the variants at http://127.0.0.1:8501'
	@echo 'make ui         the MLflow UI at http://127.0.0.1:5000'
	@echo 'make cluster    a team'\''s cluster on this machine: PostgreSQL, MLflow server, Ray, dashboard'
	@echo 'make bench      peer, ours, ratio and limit of each benchmark, side by side'
	@echo 'make lint       style and import rules'
	@echo 'make lock       write the locked requirements from pyproject.toml'

python:
	@test -n "$(PYTHON)" || { echo 'error: expected Python 3.11, 3.12 or 3.13 on the PATH, found none (TensorFlow has no wheel for others); install one or give it: make PYTHON=/path/to/python3.12' >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { echo "error: expected Python 3.11, 3.12 or 3.13, received $$($(PYTHON) --version 2>&1); give one: make PYTHON=/path/to/python3.12" >&2; exit 2; }

# Two installations, since pip refuses an editable one beside hashes. The stamp comes last: a broken set-up starts over.
$(VENV)/ready: requirements.txt pyproject.toml | python
	@test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	@echo 'setting up $(VENV) (about two minutes, once)'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . 2>/dev/null || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
# Byte-code once: where none may be written later, or pip wrote none, each process would compile all it imports, for seconds.
# A file of a library that is no Python of this version stays as it is.
	@$(BIN)/python -m compileall -qq -j 0 src dashboard $(VENV)/lib || true
# And what every report holds, which takes the first one two seconds.
	@$(BIN)/python -c 'from regtrack.report.vega import vega_bundle; vega_bundle()' || true
	@touch $@

$(VENV)/ready-dev: requirements-dev.txt $(VENV)/ready
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

demo: $(VENV)/ready
	@env -u MLFLOW_EXPERIMENT_NAME -u MLFLOW_EXPERIMENT_ID $(IN_VENV) python pipelines/prepare_store.py $(EXPERIMENT) --run

test: $(VENV)/ready-dev
	@$(IN_VENV) python -m pytest $(LANES) -m 'not long'

test-all: $(VENV)/ready-dev
	@$(IN_VENV) python -m pytest $(LANES)

# How many sweeps are killed, at moments of which seed, and who, in turn: make soak KILLS=50 SEED=1 KINDS='parent group'
KILLS ?= 50
SEED ?= 0
KINDS ?= group worker both parent
# Into a database each, or all into one server, which is told of several trials at once: make soak THROUGH=server
THROUGH ?= database
# How many cases of hostile input are drawn: 1,000 in the tests.
FUZZ ?= 10000
# How many sweeps one process runs, while its threads, files and processes are counted.
SWEEPS ?= 200
soak: $(VENV)/ready-dev
	@$(IN_VENV) env REGTRACK_SOAK_KILLS=$(KILLS) REGTRACK_SOAK_SEED=$(SEED) REGTRACK_SOAK_KINDS='$(KINDS)' REGTRACK_SOAK_THROUGH=$(THROUGH) REGTRACK_SOAK_SWEEPS=$(SWEEPS) REGTRACK_FUZZ_CASES=$(FUZZ) python -m pytest -q tests/faults tests/hostile

dashboard: $(VENV)/ready
	@$(IN_VENV) streamlit run dashboard/app.py

ui: $(VENV)/ready
	@$(IN_VENV) mlflow ui --backend-store-uri "$(STORE)" --host 127.0.0.1 --port 5000

cluster: $(VENV)/ready-dev
	@$(BIN)/python deploy/cluster.py

bench: $(VENV)/ready-dev
	@for question in benchmarks/*.py; do echo "== $$question"; $(IN_VENV) python $$question || exit; done

lint: $(VENV)/ready-dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports

lock: $(VENV)/ready-dev
	@$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet -o requirements.txt
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet -c requirements.txt -o requirements-dev.txt
