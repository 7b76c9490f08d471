# On a fresh machine: `make test` (or `make check`, `make run`) sets up what it needs first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup check test lock generate format run clean

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make setup PYTHON=/path/to/python3.11"; exit 2; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

check: setup ## ruff, mypy, import layers, generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m docs.generate --check

test: setup ## the whole test suite
	$(BIN)/python -m pytest

generate: setup ## docs/begrippen.md, docs/cli.md and the JSON Schemas for editors
	$(BIN)/python -m docs.generate

lock: setup ## exact versions with digests, for all supported Pythons
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade --group dev pyproject.toml --no-header --output-file requirements.lock

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

run: setup ## make run STUDY=kampen
	$(BIN)/voorzieningen run $(STUDY)

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
