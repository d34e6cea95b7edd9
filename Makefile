# make run    start everything          make test   run the tests
# make setup  install only              make check  lint, types, who may import whom
# make reset  remove all kept data      make demo   fill in demonstration data
# make backup keep everything in one file; figures: docs/measuring.md

SHELL := /bin/bash
.DEFAULT_GOAL := run
PYTHON ?= python3
PYTEST_WORKERS ?= 2
PYTEST_ARGS ?=
BIN := .venv/bin
CATALOGUES := $(wildcard app/translations/*/LC_MESSAGES/*.po)
STATIC := $(shell find app/static -type f)
export FLASK_APP := run

.PHONY: run setup tools test check lint types contracts format reset demo migrate requirements translations
.PHONY: backup vendor test-pages test-pages-all screenshots

run: setup
	@exec $(BIN)/python run.py

setup: .venv/.made .venv/.libraries .venv/.installed .venv/.translated .venv/.static

tools: setup .venv/.tools

test: tools
	@scripts/system_packages.sh browser redis postgresql hosts deploy
	@scripts/nginx_apart.sh
	$(BIN)/pytest -n $(PYTEST_WORKERS) --dist loadgroup $(PYTEST_ARGS)

# Every page in a real browser: once per role, as in make test, and every page × role × theme × width × language
# (4,900 views; 11 minutes were measured for half of them, on two cores that did other work too).
test-pages: tools
	@scripts/system_packages.sh browser
	$(BIN)/pytest -q tests/pages $(PYTEST_ARGS)

test-pages-all: tools
	@scripts/system_packages.sh browser
	PAGES=all $(BIN)/pytest -n $(PYTEST_WORKERS) --dist loadgroup tests/pages $(PYTEST_ARGS)

# The main pages in both themes, in the folder screenshots.
screenshots: tools
	@scripts/system_packages.sh browser
	@$(BIN)/python -m tests.pages.screenshots

check: lint types contracts

lint: tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: tools
	$(BIN)/mypy

contracts: tools
	$(BIN)/lint-imports

format: tools
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

migrate: setup
	@$(BIN)/python -m app.running.prepare

demo: migrate
	@$(BIN)/flask demo fill

# Database and files together, while everything runs: see docs/backup.md.
TO ?= backups
backup: setup
	@scripts/system_packages.sh backup
	@$(BIN)/flask backup make "$(TO)"

reset:
	@scripts/reset.sh

# After a sentence changed: brings the catalogues up to date; the tests name what to translate.
translations: tools
	@$(BIN)/python scripts/catalogues.py update

# After a version or an icon changed in app/static/vendor/vendor.json: fetches the files of others that pages use.
vendor: setup
	@$(BIN)/python scripts/vendor.py

# Pinned versions, with no trace of the machine on which they were looked up.
requirements: tools
	CUSTOM_COMPILE_COMMAND="make requirements" $(BIN)/pip-compile $(COMPILE) -o requirements.txt requirements.in
	CUSTOM_COMPILE_COMMAND="make requirements" $(BIN)/pip-compile $(COMPILE) -o requirements-dev.txt requirements-dev.in

COMPILE := --quiet --strip-extras --allow-unsafe --no-emit-find-links --no-emit-index-url --no-emit-trusted-host

# Each step leaves a mark, so that later starts are immediate.

.venv/.made: scripts/make_venv.sh
	@echo "1/5 Making the virtual environment …"
	@PYTHON="$(PYTHON)" scripts/make_venv.sh
	@touch $@

.venv/.libraries: scripts/system_packages.sh | .venv/.made
	@echo "2/5 Looking for the libraries that PDF needs …"
	@scripts/system_packages.sh pdf
	@touch $@

.venv/.installed: requirements.txt | .venv/.made .venv/.libraries
	@echo "3/5 Installing packages (a minute or two, once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/.translated: $(CATALOGUES) | .venv/.installed
	@echo "4/5 Preparing the languages …"
	@$(BIN)/python scripts/catalogues.py compile
	@touch $@

.venv/.static: scripts/static_files.py $(STATIC) | .venv/.installed
	@echo "5/5 Preparing style sheets and scripts …"
	@$(BIN)/python scripts/static_files.py
	@touch $@

.venv/.tools: requirements-dev.txt | .venv/.installed
	@echo "Installing what the tests and checks need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -r requirements-dev.txt
	@touch $@

# Our rules against the official ones of EN 16931, on changed samples: FUZZ_ARGS="--seconds 3600 --seed 2"
.PHONY: fuzz
fuzz: tools
	@$(BIN)/python -m bench.fuzz $(FUZZ_ARGS)

# The same on invoices that the form can make: AGREE_ARGS="--invoices 10000 --seed 2"
.PHONY: agree
agree: tools
	@$(BIN)/python -m bench.agreement $(AGREE_ARGS)

include bench/targets.mk
