# Everything a developer does here. `make` alone lists it.
# Needs Python 3.11 or newer, git and make; all else comes from PyPI, as uv.lock says.

PYTHON ?= python3
UV ?= build/tools/bin/uv
ARGS ?=
WORKERS ?= 3

BIN := .venv/bin
READY := .venv/.ready
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --durations 15
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv
export PYTHONDONTWRITEBYTECODE :=  # compiled anew at each start, a command takes three times as long

.DEFAULT_GOAL := help
.PHONY: help setup demo tour run browser messages screenshots test test-sqlite test-postgresql lint format bench lock ci clean

help: ## List what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@echo "  ARGS='...' is passed on: make test ARGS='tests/uploads -x'"

setup: $(READY) ## Install all that the project needs into .venv

demo: $(READY) ## Start the Admin Center on 10,000 invented people, and print how an admin and a learner sign in
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python scripts/demo $(ARGS)

tour: $(READY) ## Show in the terminal what the command line does, on invented people
	@PATH="$(CURDIR)/$(BIN):$$PATH" scripts/tour

run: $(READY) ## Serve your own home (first: .venv/bin/seatkeeper init --organization NAME)
	@$(BIN)/seatkeeper serve $(ARGS)

test: test-sqlite test-postgresql ## Run the tests on SQLite and on PostgreSQL

browser: $(READY) ## Make sure that there is a Chromium for the browser tests
	@$(BIN)/python -m tests.browser.chromium

messages: $(READY) ## Collect the words of pages for translators, into src/seatkeeper/web/locale (needs gettext)
	mkdir -p src/seatkeeper/web/locale
	cd src/seatkeeper && DJANGO_SETTINGS_MODULE=seatkeeper.config.settings ../../$(BIN)/python -m django makemessages --locale en --no-obsolete --no-wrap --add-location file $(ARGS)

screenshots: browser ## Take the pictures of docs/images anew
	$(BIN)/python scripts/screenshots $(ARGS)

test-sqlite: browser ## Run the tests on SQLite
	SEATKEEPER_TEST_DATABASE=sqlite $(PYTEST) $(ARGS)

test-postgresql: browser ## Run the tests on PostgreSQL, started for them unless SEATKEEPER_TEST_POSTGRES_URL names one
	SEATKEEPER_TEST_DATABASE=postgresql $(BIN)/python -m tests.database $(PYTEST) $(ARGS)

lint: $(READY) ## Check style, types and which room imports which
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY) ## Put the code into the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY) ## Measure large files and large operations
	$(BIN)/python -m benchmarks $(ARGS)

lock: $(filter build/%,$(UV)) ## Choose versions anew, from the public index
	$(UV) lock --upgrade --default-index https://pypi.org/simple

ci: ## What the build server runs
	bash .ci/run

clean: ## Remove what was installed and cached
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage

$(READY): pyproject.toml uv.lock | $(filter build/%,$(UV))
	$(UV) sync --locked --quiet --compile-bytecode --python $(PYTHON)
	@touch $@

build/tools/bin/uv:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Seatkeeper needs Python 3.11 or newer; set PYTHON=python3.12, for example.")'
	$(PYTHON) -m venv build/tools
	build/tools/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9'
