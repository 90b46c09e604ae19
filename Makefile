# Everything here needs only Python (3.11 or newer) and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAMPLE := corpus/samples/planted-errors/report.pdf

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test acceptance bench lint clean

help:
	@echo "make demo        set up, check the sample report, write JSON and Excel into build/demo"
	@echo "make test        set up, run the tests (under 5 minutes)"
	@echo "make acceptance  the long runs (under 60 minutes)"
	@echo "make bench       the benchmarks"
	@echo "make lint        ruff, mypy, import-linter"
	@echo "make clean       remove the environment and what was built"

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 …" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.demo: pyproject.toml | $(VENV)/bin/python
	@echo "Installing heshu into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	@echo "Installing heshu and what its tests need into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.demo

# `heshu check` exits 1 when it finds errors, as the sample makes it do; anything else is a failure.
demo: $(VENV)/.demo
	@mkdir -p build/demo
	@$(BIN)/heshu check $(SAMPLE); test $$? -eq 1
	@echo "Written:"
	@$(BIN)/heshu extract $(SAMPLE) --out build/demo
	@$(BIN)/heshu export $(SAMPLE) --xlsx build/demo/heshu.xlsx

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 -q

acceptance: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 -q -m acceptance

bench: $(VENV)/.dev
	$(BIN)/python -m pytest -q -s -m benchmark tests/benchmarks

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict extractor
	$(BIN)/mypy corpus models api
	$(BIN)/lint-imports

clean:
	rm -rf $(VENV) build dist
