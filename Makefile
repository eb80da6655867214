# Everything that can be done here; `make` alone prints this list.
# check never writes, format does.  Virtual environments are made and kept up to date by themselves.

PYTHON ?= python3
SEED ?= 1
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO := .venv-demo
DEMO_READY := $(DEMO)/.ready
SPEC := spec/openapi.yaml spec/rules.yaml spec/control.yaml spec/physics.yaml
CODE := kling_lipsync mock_server contract_tests demo bench spec/client spec/clients
CLIENTS := go java kotlin php ruby rust typescript
export NO_UPDATE_NOTIFIER := 1
export REDOCLY_TELEMETRY := off
export REDOCLY_SUPPRESS_UPDATE_NOTICE := true
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types layers fresh spec-lint format contract client bundle trace \
	fuzz conformance false-alarms vectors foreign selftest selftest-record mutation report-picture \
	bench bench-record bench-stores bench-media bench-client bench-suite kill-sqlite kill-replicas samples \
	serve wheel lock clean clients clients-test clients-record $(CLIENTS:%=client-%)

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(DEMO_READY) ## Lip-sync a real clip against the mock, and show every step
	@$(DEMO)/bin/python -m demo

# What is drawn is the same in each run, so that no change fails by the luck of another.
test: $(READY) ## All tests, the contract tests through each skin of the mock; SEED=random draws anew
	$(BIN)/python -m pytest -q -n auto --hypothesis-seed=$(SEED)
	$(BIN)/python -m pytest -q -n auto --hypothesis-seed=$(SEED) contract_tests --target plugin -k "not fuzz"
	$(BIN)/python -m pytest -q -n auto --hypothesis-seed=$(SEED) contract_tests --target socket -k "not fuzz"

check: lint types layers fresh spec-lint trace ## Lint, types, import layers, fresh, spec linters, trace

lint: $(READY) ## Style of the Python code
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)

types: $(READY) ## mypy --strict
	$(BIN)/mypy $(CODE)
	cd generated/python && ../../$(BIN)/mypy --strict --cache-dir ../../.mypy_cache/generated kling_lipsync_api

layers: $(READY) ## Import layers
	$(BIN)/lint-imports

fresh: $(READY) ## Fail when anything generated differs from its source
	@$(BIN)/python spec/fresh.py

spec-lint: $(READY) ## spectral, redocly and openapi-spec-validator (the first two need node)
	$(BIN)/python -m openapi_spec_validator spec/openapi.yaml spec/control.yaml
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory spec-lint-node; \
	else echo "spec-lint: spectral and redocly were not run: install Node.js 20 or later"; fi

.PHONY: spec-lint-node
spec-lint-node: spec/node_modules/.ready
	spec/node_modules/.bin/spectral lint --fail-severity=hint --ruleset spec/.spectral.yaml \
		spec/openapi.yaml spec/control.yaml
	spec/node_modules/.bin/redocly lint --config spec/redocly.yaml \
		spec/openapi.yaml spec/control.yaml

format: $(READY) ## Rewrite the Python code in the project's style
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix $(CODE)

contract: $(READY) ## Compile spec/ into generated/contract.json and generated/openapi.json
	$(BIN)/python -m kling_lipsync.contract

client: $(READY) ## Generate the Python client into generated/python
	$(BIN)/python spec/client/make_client.py

clients: $(READY) ## Generate clients of seven languages; one alone: make client-go
	$(BIN)/python spec/clients/make_clients.py

$(CLIENTS:%=client-%): client-%: $(READY)
	$(BIN)/python spec/clients/make_clients.py $*

clients-test: clients ## Build each client and play the scenario through it against a mock
	$(BIN)/python spec/clients/make_clients.py --check
	$(BIN)/python -m contract_tests.clients.runner

clients-record: clients ## The same, and write docs/clients.json and docs/clients.md
	$(BIN)/python -m contract_tests.clients.runner --record

bundle: contract ## The contract as one JSON document without x- data: generated/openapi.json
	@echo generated/openapi.json

trace: $(READY) ## List every rule with its clause, its code and its tests
	$(BIN)/python -m contract_tests.trace

fuzz: $(READY) ## 100,000 generated requests against the mock
	$(BIN)/python -m contract_tests.fuzz --count 100000

conformance: $(READY) ## Hold the mock to the contract, quickly; the reports are in conformance-out/
	$(BIN)/python -m contract_tests.conformance.cli --quick

false-alarms: $(READY) ## 50 seeds of the quick suite against the mock under both its profiles: nothing may fail
	$(BIN)/python -m contract_tests.conformance.alarms

vectors: $(READY) ## Write the single-exchange cases as JSON into contract_tests/vectors/
	$(BIN)/python -m contract_tests.conformance.vectors

foreign: $(READY) ## Hold Prism to the contract (needs node), and say by rule what it lacks
	$(BIN)/python -m bench.foreign

selftest: $(READY) ## How many broken servers the contract tests notice, beside Schemathesis
	$(BIN)/python -m contract_tests.selftest

selftest-record: $(READY) ## The same, and write docs/selftest.md
	$(BIN)/python -m contract_tests.selftest --record

mutation: $(READY) ## How many changes by a machine the contract tests notice
	$(BIN)/python -m contract_tests.selftest.mutation

report-picture: $(READY) ## Draw docs/conformance-report.png: three planted faults (needs Chromium)
	$(BIN)/python -m contract_tests.conformance.picture

bench: $(READY) ## Speed beside a bare ASGI app and Prism, in one run; FULL=1 make bench: all of it
	$(BIN)/python -m bench $(if $(FULL),--full)

bench-record: $(READY) ## FULL bench, kept in docs/: bench.json, bench.svg and sizing.md
	$(BIN)/python -m bench --full --record

bench-stores: $(READY) ## Processor time per request on Redis, one worker and four (needs redis-server)
	$(BIN)/python -m bench.workers

kill-sqlite: $(READY) ## Kill a mock on SQLite 100 times under load: what was acknowledged is there
	$(BIN)/python -m mock_server.tests.killing 100

kill-replicas: $(READY) ## Kill one of three replicas on Redis each second for a minute, under load
	$(BIN)/python -m mock_server.tests.replacing 60

bench-media: $(READY) ## Speed of finding faces and of making results
	$(BIN)/python -m bench.media

bench-client: $(READY) ## The client beside bare httpx, and its import time
	$(BIN)/python -m bench.client

bench-suite: $(READY) ## Cases a second of the suite's properties beside Schemathesis
	$(BIN)/python -m bench.suite

samples: $(READY) ## Make the shipped sample media and docs/lip-sync.png again
	$(BIN)/python -m mock_server.samples.make
	$(BIN)/python -m mock_server.samples.contact_sheet

serve: $(READY) ## Start the mock on http://127.0.0.1:8787
	$(BIN)/lipsync-mock

wheel: $(READY) ## Build the wheel into dist/
	$(BIN)/python -m hatchling build -t wheel

lock: ## Lock the dependencies again (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --no-annotate -q --extra media --group dev pyproject.toml -o requirements/dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --no-annotate -q --extra media --group build -c requirements/dev.txt pyproject.toml \
		-o requirements/demo.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --no-annotate -q --group clients -o requirements/clients.txt

clean: ## Remove everything that make made
	rm -rf $(VENV) $(DEMO) .venv-clients dist build demo-out bench-out conformance-out selftest-out \
		spec/node_modules spec/clients/node/node_modules bench/node_modules \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(READY): requirements/dev.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q kling_lipsync mock_server contract_tests bench generated/python
	@-PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -q --collect-only contract_tests >/dev/null
	@touch $@

$(DEMO_READY): requirements/demo.txt pyproject.toml
	test -x $(DEMO)/bin/python || $(PYTHON) -m venv $(DEMO)
	$(DEMO)/bin/python -m pip install -q --require-hashes -r requirements/demo.txt
	$(DEMO)/bin/python -m pip install -q --no-deps --no-build-isolation -e .
	@$(DEMO)/bin/python -m compileall -q kling_lipsync mock_server demo generated/python
	@touch $@

spec/node_modules/.ready: spec/package-lock.json
	cd spec && npm ci --no-audit --no-fund --no-update-notifier --ignore-scripts --silent
	@touch $@
