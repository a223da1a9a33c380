# Everything a person needs to type. `make` alone says what there is.
#
# Two stamps stand for the two installs: what runs (for the demo) and what checks (for lint and
# tests). Both are made again when pyproject.toml or constraints.txt changes, and cost nothing
# otherwise.

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
ROOMS := connectors flows sandbox schemas sendersync
PINS := pyproject.toml constraints.txt

# What is written for people, and the code with its comments.
SPELT := *.md docs $(ROOMS) benchmarks tests

# Nothing here phones home, and no credential of yours is needed or read.
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# The first Python of this machine that is new enough.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo "$$p"; break; }; done)

# Byte code is written ahead, on all cores, also where PYTHONDONTWRITEBYTECODE is set: without it
# every command would spend a second on reading its libraries. The libraries' own tests are left.
COMPILE_LIBRARIES = $(PY) -m compileall -q -j 0 -x '[/\\](tests?|_vendor)[/\\]|olefile2' $(VENV)/lib || true
COMPILE_ROOMS = $(PY) -m compileall -q $(ROOMS)

# Most tests wait for another process: two run side by side, whole files each, in the order of their
# names: the long ones (contracts, end to end) come first, so that neither core waits at the end.
# Each process collects all tests; a third of that is to rewrite asserts, which a later run finds done.
SPREAD := -n 3 --dist loadfile --no-loadscope-reorder

# Some tests open pages in a real browser. CI gets one; on your machine they skip without it.
BROWSER_IN_CI = if [ -n "$$CI" ] && [ "$$(id -u)" = 0 ] && ! command -v chromium >/dev/null \
	&& command -v apt-get >/dev/null; then \
	echo "Installing chromium, for the tests of pages."; \
	apt-get update -qq >/dev/null && apt-get install -y -qq chromium >/dev/null; fi

.PHONY: help demo ui test lint format soak mutants bench audit install install-dev screenshots pins clean

help: ## Say what there is
	@echo "sendersync keeps an SMS platform's sender codes in step with your contacts."
	@echo
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /|/' \
		| while IFS='|' read -r name words; do printf '  make %-12s %s\n' "$$name" "$$words"; done

demo: $(VENV)/.runtime ## Import sample_data/ into a sandbox, then the next night's file (no account needed)
	@$(COMPILE_ROOMS)
	@$(BIN)/sendersync demo

ui: $(VENV)/.runtime ## Open Prefect's page with a sandbox and sample syncs: press Run at once
	@$(COMPILE_ROOMS)
	@$(BIN)/sendersync serve --demo

test: $(VENV)/.dev ## Run the tests, the long ones aside
	@$(COMPILE_ROOMS)
	@$(BROWSER_IN_CI)
	@rm -rf build/coverage
	@env -u PYTHONDONTWRITEBYTECODE $(PY) -m pytest -q $(SPREAD) --coverage-floor

lint: $(VENV)/.dev ## Check style, layout, types, dead code, dependencies and spelling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/vulture
	$(BIN)/deptry .
	$(BIN)/codespell $(SPELT)

format: $(VENV)/.dev ## Lay out the code and fix what a linter can fix
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

soak: $(VENV)/.dev ## Run the long tests: kills, restarts, rare orders and broken rules; then the mutants
	@$(COMPILE_ROOMS)
	@$(PY) -m pytest -q -m soak --timeout 3600
	@$(MAKE) mutants

mutants: $(VENV)/.dev ## Change the deciding code line by line, and see that a test notices (under an hour)
	@rm -rf mutants
	@HYPOTHESIS_PROFILE=mutants $(PY) -m mutmut run
	@$(PY) -m benchmarks.mutants

bench: $(VENV)/.dev ## Measure the bars: planning, loading, keeping to a rate
	@$(COMPILE_ROOMS)
	@$(PY) -m benchmarks

audit: $(VENV)/.dev ## Ask whether a pinned version has a known weakness (needs the internet)
	@test -x build/audit/bin/pip-audit || { $(PYTHON) -m venv build/audit \
		&& build/audit/bin/python -m pip install -qq 'pip-audit>=2.10,<3'; } \
		|| { echo "pip-audit cannot be installed from here: nothing was checked."; exit 0; }; \
		$(PY) -m benchmarks.audit build/audit/bin/pip-audit

install: $(VENV)/.runtime ## Install sendersync here, in place

install-dev: $(VENV)/.dev ## Install sendersync and the tools that check it

$(PY):
	@test -n "$(PYTHON)" || { \
		echo "sendersync needs Python 3.11 or newer; none was found on this machine." >&2; exit 2; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python could not make a virtual environment; on Debian: apt-get install python3-venv" >&2; \
		exit 2; }

$(VENV)/.runtime: $(PINS) | $(PY)
	@echo "Installing sendersync and the libraries it stands on (one to three minutes, once)."
	@$(PY) -m pip install -qq --no-compile -c constraints.txt -e .
	@$(COMPILE_LIBRARIES)
	@$(PY) -m sendersync.serving.prepared_database
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime $(PINS) | $(PY)
	@echo "Installing the tools for lint and tests (under a minute, once)."
	@$(PY) -m pip install -qq --no-compile -c constraints.txt -e '.[dev]'
	@$(COMPILE_LIBRARIES)
	@touch $@

screenshots: $(VENV)/.dev ## Take the pictures of the manual anew (needs chromium)
	@$(COMPILE_ROOMS)
	@$(PY) docs/generators/screenshots.py

pins: ## Write constraints.txt anew from a fresh install of the newest versions allowed
	@rm -rf build/pins && $(PYTHON) -m venv build/pins
	@build/pins/bin/python -m pip install -qq -e '.[dev]'
	@{ echo "# The versions this was tested with; names and versions only. Made by \`make pins\`."; \
		build/pins/bin/python -m pip freeze --exclude-editable | grep -E '^[A-Za-z0-9._-]+==[^ ]+$$'; \
		} > constraints.txt
	@rm -rf build/pins
	@echo "constraints.txt holds $$(grep -c == constraints.txt) versions."

clean: ## Remove what make made: the virtual environment and all caches
	@rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	@find $(ROOMS) tests benchmarks sample_data -name __pycache__ -type d -prune -exec rm -rf {} +
