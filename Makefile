# One name per job. Every job sets up what it needs: `make demo` on a fresh machine needs python3 and a package index.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Airflow starts far slower without compiled bytecode, and must not find another installation's modules or home.
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME VIRTUAL_ENV AIRFLOW_HOME AIRFLOW_CONFIG

VENV := .venv
OLDEST := .venv-3.2
BIN := $(VENV)/bin
READY := $(VENV)/.ready
OLDEST_READY := $(OLDEST)/.ready
CODE := airflow_provider_fleetops benchmarks dags tests

.PHONY: help
help: ## List the jobs
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(READY) ## Run a day of fleet operations on a real Airflow against the sandbox, then clean up
	$(BIN)/python -m airflow_provider_fleetops.demo

.PHONY: up
up: $(READY) ## The same, but leave sandbox and Airflow running and print the address to open
	$(BIN)/python -m airflow_provider_fleetops.demo --stay

.PHONY: test
test: $(READY) $(OLDEST_READY) ## Run all tests, those marked compat on the oldest Airflow too
	.ci/chromium
	$(OLDEST)/bin/python -m pytest -q -n 2 --dist loadfile -m compat
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

.PHONY: check
check: $(READY) ## What CI runs: lint, format, types, layers, then all tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test

.PHONY: docs
docs: $(READY) ## Build the documentation into docs/_build; warnings are errors
	$(BIN)/sphinx-build -W --keep-going -b html docs docs/_build/html

.PHONY: sandbox
sandbox: $(READY) ## Run the four vendors as local servers on 127.0.0.1
	$(BIN)/python -m airflow_provider_fleetops.sandbox

.PHONY: bench
bench: $(READY) ## Measure against the goals of the design; fails where one is missed
	.ci/services
	$(BIN)/python benchmarks/_all.py

# Airflow 3.2.2 came on 2026-05-29: take what was there then, but for the one package of which we need a later version.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
  --no-annotate --no-emit-index-url --custom-compile-command "make constraints"
.PHONY: constraints
constraints: $(READY) ## Resolve the pinned versions again
	echo uv | $(COMPILE) --all-extras --upgrade --output-file constraints.txt pyproject.toml -
	echo uv | $(COMPILE) --extra test --upgrade --exclude-newer 2026-06-01 \
	  --exclude-newer-package apache-airflow-providers-common-compat=2026-12-01 \
	  --constraint <(echo apache-airflow==3.2.2) --output-file constraints-3.2.txt pyproject.toml -

.PHONY: clean
clean: ## Remove environments, caches and build output
	rm -rf $(VENV) $(OLDEST) build dist docs/_build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(READY): pyproject.toml constraints.txt .ci/venv
	.ci/venv $(VENV) constraints.txt dev
	touch $@

$(OLDEST_READY): pyproject.toml constraints-3.2.txt .ci/venv
	.ci/venv $(OLDEST) constraints-3.2.txt test
	touch $@
