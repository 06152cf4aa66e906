# `make run` starts Situguard on a fresh machine, `make test` passes its tests there. Python 3.11 or newer, no root.
PYTHON ?= python3
PORT ?= 8080
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
export PIP_CONSTRAINT := $(CURDIR)/requirements.lock

.DEFAULT_GOAL := help
.PHONY: help run test check format conformance clients oldest chaos chaos-sample loop-lag bench-demo pocket pocket-tune pocket-figures clean

help: ## list what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run ## set up all that is needed and start the proxy with the embedded model on 127.0.0.1:$(PORT)
	$(BIN)/situguard serve --demo --port $(PORT)

test: $(VENV)/.dev ## set up all that is needed and pass the tests (ARGS= goes to pytest)
	$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/.dev ## format, lint, strict types, import layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

conformance: $(VENV)/.dev ## the table of what becomes of each parameter, observed through a running proxy
	$(BIN)/python -m tests.service.conformance.table $(ARGS)

clients: $(VENV)/.dev ## set up clients of others for the tests: litellm in an environment of its own, Node's where node is there
	$(PYTHON) -m venv $(VENV)/litellm
	PIP_CONSTRAINT= $(VENV)/litellm/bin/python -m pip install --quiet -r tests/service/clients/requirements-litellm.txt
	@if command -v npm >/dev/null; then cd tests/service/clients && npm ci --no-audit --no-fund; else echo "no npm here: Node's clients are skipped"; fi

oldest: $(VENV)/bin/python ## set up the oldest transformers that is allowed beside the newest, for the test that compares them
	PIP_CONSTRAINT= $(PIP) install --quiet --upgrade --target $(VENV)/oldest transformers==5.0.0

format: $(VENV)/.dev ## put the code into its one format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

chaos: $(VENV)/.dev ## faults, kills and sabotage at full size, to tests/chaos/report.md (half an hour)
	$(BIN)/python -m tests.chaos.run --size full

chaos-sample: $(VENV)/.dev ## a tenth of it, from the same seeds, to runs/chaos-sample/report.md (2 minutes)
	$(BIN)/python -m tests.chaos.run --size sample --into runs/chaos-sample

loop-lag: $(VENV)/.dev ## how long requests of any shape hold /healthz, and what memory they take (3 minutes; ARGS= names shapes)
	$(BIN)/python -m tests.loop_lag $(ARGS)

bench-demo: $(VENV)/.dev ## every arm on 60 pairs of Pocket World, controls included, to runs/bench-demo/report.html (5 minutes)
	$(BIN)/situguard-bench run pocketworld --demo --limit 120 --control all --control-arm situational --control-arm raw --concurrency 4 --out runs/bench-demo
	$(BIN)/situguard-bench report runs/bench-demo

pocket: $(VENV)/.dev ## train the embedded model again (about 80 minutes on two cores)
	$(BIN)/python -m benchmarks.pocketworld.training.train

pocket-tune: $(VENV)/.dev ## adapt the embedded model to changed prompts (about 30 minutes)
	$(BIN)/python -m benchmarks.pocketworld.training.train --tune

pocket-figures: $(VENV)/.dev ## raw against guarded on 400 held-out pairs, through a running proxy
	$(BIN)/situguard-bench pocket --only end-to-end

clean: ## forget the environment
	rm -rf $(VENV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python pyproject.toml requirements.lock
	$(PIP) install --quiet -e '.[local]'
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml requirements.lock
	$(PIP) install --quiet -e '.[local,bench,dev]'
	@touch $@ $(VENV)/.run
