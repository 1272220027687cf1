# notewarrant: every target sets up what it needs. Needs python3 (3.11 or 3.12) and make.
.DEFAULT_GOAL := help
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEPS := $(VENV)/.deps-installed
READY := $(VENV)/.project-installed
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false

.PHONY: help setup test lint format types imports check demo figures register verdicts bench bench-queue soak pythons mutation lock clean

help: ## show the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | awk -F'\t' '{printf "  make %-11s %s\n", $$1, $$2}'

setup: $(READY) ## make .venv from python3 and install the locked packages and the project

# The lock is whole, so that pip need not resolve anything (it would try the newest release of `name[extra]` first).
# The lock is chosen by the interpreter of .venv, so that a .venv made by hand on the other version works.
$(DEPS): requirements/lock-py311.txt requirements/lock-py312.txt
	@$(BIN)/python -c '' 2>/dev/null || { \
	  version=$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) \
	    || { echo "error: $(PYTHON) does not run; install Python 3.11 or 3.12, or say make PYTHON=/path/to/python" >&2; exit 1; }; \
	  case "$$version" in 3.11|3.12) ;; *) \
	    echo "error: $(PYTHON) is Python $$version; notewarrant needs 3.11 or 3.12 (make PYTHON=python3.12 ...)" >&2; exit 1;; esac; \
	  echo "making $(VENV) with Python $$version"; \
	  $(PYTHON) -m venv --clear $(VENV) \
	    || { echo "error: $(PYTHON) -m venv failed; on Debian and Ubuntu install python3-venv" >&2; exit 1; }; }
	@lock=$$($(BIN)/python -c 'import sys; print("requirements/lock-py%d%d.txt" % sys.version_info[:2])'); \
	  [ -f "$$lock" ] || { echo "error: no $$lock for the Python in $(VENV); remove $(VENV) and use 3.11 or 3.12" >&2; exit 1; }; \
	  echo "installing $$lock (a few minutes the first time)"; \
	  $(BIN)/python -m pip install -qq --no-deps --require-hashes -r "$$lock"
	@touch $@

$(READY): $(DEPS) pyproject.toml
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation -e .
	@touch $@

test: $(READY) ## run the tests
	@$(BIN)/python -m pytest

lint: $(READY) ## ruff: rules and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: $(READY) ## let ruff mend what it can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: $(READY) ## mypy, strict, over rules and pipeline
	@$(BIN)/mypy

imports: $(READY) ## the layers: who may import whom
	@$(BIN)/lint-imports

check: lint types imports test ## everything that has to pass

demo: $(READY) ## assess the example charts and write their HTML reports
	@$(BIN)/notewarrant check corpora/examples --brief
	@mkdir -p build/demo
	@echo "HTML reports:"
	@$(BIN)/notewarrant check corpora/examples --format html -o build/demo

# After a change to extractors or corpora that moves scores: look at what moved first (notewarrant eval --against).
figures: $(READY) ## take stock of scores: floors, known trap failures, the figures in README and tutorial
	@$(BIN)/notewarrant eval corpora/charts -q --no-run --resamples 0 --write-floor corpora/charts/floors.yaml > /dev/null
	@$(BIN)/notewarrant eval corpora/charts --split test -q --no-run --resamples 0 --write-floor corpora/charts/floors.yaml > /dev/null
	@$(BIN)/notewarrant eval corpora/traps -q --no-run --write-known > /dev/null
	@$(BIN)/python tests/tutorials/tutorial.py
	@$(BIN)/python tests/house/readme_scores.py

register: $(READY) ## rewrite the table of checks from the checks and the policies
	@$(BIN)/python -m rules.register

verdicts: $(READY) ## write anew what the rules say of every named case; look at the diff
	@$(BIN)/python tests/rules/verdicts.py

bench: $(READY) ## how fast the rules are: cases a second through all policies, share of an assessment
	@$(BIN)/python tests/benchmarks/rules.py

bench-queue: $(READY) ## how many documents a second worker processes do, and what the queue itself costs
	@$(BIN)/python tests/benchmarks/queue_cost.py

soak: $(READY) ## 20,000 documents, some of them poison, through workers that are killed all the time (an hour)
	@$(BIN)/python tests/soak/soak.py

# The rules alone on the other Python, with what the base install and the cases need, out of that Python's lock.
OTHER = $(shell $(BIN)/python -c 'import sys; print("3.11" if sys.version_info[1] == 12 else "3.12")' 2>/dev/null)
OTHER_PYTHON ?= python$(OTHER)
BASE := pydantic pydantic-core annotated-types typing-extensions typing-inspection pyyaml pytest iniconfig pluggy packaging pygments
pythons: $(READY) ## the rules give the same bytes on Python 3.11 and 3.12 (skips where one is missing)
	@if $(OTHER_PYTHON) -c '' 2>/dev/null; then \
	  $(OTHER_PYTHON) -m venv build/python$(OTHER) && \
	  $(BIN)/python tests/house/part_of_lock.py requirements/lock-py$$(echo $(OTHER) | tr -d .).txt $(BASE) > build/base-lock.txt && \
	  build/python$(OTHER)/bin/python -m pip install -qq --no-deps --require-hashes -r build/base-lock.txt && \
	  one=$$(PYTHONPATH=. $(BIN)/python tests/rules/verdicts.py --digest) && \
	  two=$$(PYTHONPATH=. build/python$(OTHER)/bin/python tests/rules/verdicts.py --digest) && \
	  { [ "$$one" = "$$two" ] || { echo "error: the assessments differ between the Pythons" >&2; exit 1; }; } && \
	  echo "the same bytes on both Pythons: $$one"; \
	else \
	  echo "no Python $(OTHER) here: its comparison is skipped"; \
	fi

# mutmut and what it needs go into a folder of their own, not into .venv.
mutation: $(READY) ## put small faults into the rules and see which the tests find (tens of minutes)
	@$(BIN)/python -m pip install -qq --no-deps --require-hashes -r requirements/lock-mutation.txt --target build/mutmut
	@PYTHONPATH=build/mutmut $(BIN)/python tests/rules/mutation.py

# An existing lock is uv's preference: only what pyproject.toml no longer allows moves.
lock: ## rewrite the locks from pyproject.toml
	@$(PYTHON) -m venv build/lock-venv
	@build/lock-venv/bin/python -m pip install -qq uv
	@for version in 3.11 3.12; do \
	  build/lock-venv/bin/uv pip compile pyproject.toml --all-extras --quiet --generate-hashes \
	    --no-emit-index-url --no-header --no-annotate --python-version $$version \
	    -o requirements/lock-py$$(echo $$version | tr -d .).txt || exit 1; \
	done
	@build/lock-venv/bin/uv pip compile requirements/mutation.in --quiet --generate-hashes --universal \
	  --no-emit-index-url --no-header --no-annotate --python-version 3.11 -o requirements/lock-mutation.txt

clean: ## remove builds and caches (keeps .venv)
	@rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov
	@find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
