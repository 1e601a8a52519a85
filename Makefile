# Verbatim. `make help` lists what there is.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV := .venv
PY := $(VENV)/bin/python
export PYTHONPATH := $(CURDIR)
T ?= tests
# $(call given,FILE,a recording) stops where FILE does not stand after make's own words: USER is in every environment.
given = @$(if $(and $(filter command,$(origin $1)),$($1)),:,false) || { echo 'Name $2: make $@ $1=...' >&2; exit 2; }
# Tests of one file stay in one process. Code 5 of pytest: there was no test of that kind.
CORES := -n 2 --dist loadfile --no-loadscope-reorder
AGAIN := 'What failed beside other tests, once more and alone. It counts if it fails again; look at it in any case.'
# $(call tested,MARKS). 1: tests failed; 2 and more: pytest itself did.
define tested
	@$(PY) -m pytest -m "$1" $(CORES) $(T); status=$$?; \
	if [ $$status -eq 1 ]; then echo $(AGAIN); $(PY) -m pytest -m "$1" --last-failed --last-failed-no-failures none $(T); \
	else [ $$status -eq 0 ] || [ $$status -eq 5 ]; fi
endef

.DEFAULT_GOAL := help
.PHONY: help setup run demo test test-faults lint bench transcribe read administrator token clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/run.stamp: requirements.txt constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Verbatim needs Python 3.11 or newer. Set PYTHON to one.")'
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt -c constraints.txt
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.txt
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt -c constraints.txt
	@touch $@

setup: $(VENV)/run.stamp ## environment, models, typefaces, database
	@$(PY) -m commands.weights
	@$(PY) -m commands.fonts
	@$(PY) -m commands.migrate

# What .env says of the demo holds here too, after the environment; the demo is there when neither says a word.
run: setup ## dashboard and worker, with the demo; PORT and VERBATIM_DATA_DIR move it
	@kept='import dotenv; print(dotenv.dotenv_values(".env").get("VERBATIM_DEMO") or 1)'; \
	export VERBATIM_DEMO=$${VERBATIM_DEMO:-$$($(PY) -c "$$kept")}; \
	if [ "$$VERBATIM_DEMO" = 1 ]; then $(PY) -m commands.seed_demo || exit; fi; \
	exec $(PY) app.py

demo: export VERBATIM_DEMO := 1
demo: setup ## the demo's people and sessions into the data folder
	@$(PY) -m commands.seed_demo

administrator: setup ## the first administrator of a clinic: EMAIL=... NAME=...
	$(call given,EMAIL,the person by the e-mail address)
	$(call given,NAME,the person)
	@$(PY) -m commands.create_administrator --email "$(EMAIL)" --name "$(NAME)"

token: setup ## an API token for scripts: USER=email [SCOPE=read] [DAYS=30]
	$(call given,USER,the person by the e-mail address)
	@$(PY) -m commands.token --user "$(USER)" --scope "$(or $(SCOPE),write)" --days "$(or $(DAYS),30)"

transcribe: $(VENV)/run.stamp ## FILE=... [SPEAKERS=2] [JSON=1] through the product's own pipeline
	$(call given,FILE,a recording)
	@$(PY) -m commands.weights >&2
	@$(PY) -m commands.transcribe "$(FILE)" $(if $(SPEAKERS),--speakers $(SPEAKERS)) $(if $(filter-out 0,$(JSON)),--json)

read: $(VENV)/run.stamp ## FILE=... [JSON=1]: text, tables and fields of a PDF or a picture
	$(call given,FILE,a PDF or a picture)
	@$(PY) -m commands.read "$(FILE)" $(if $(filter-out 0,$(JSON)),--json)

test: $(VENV)/dev.stamp ## the tests, with all that they need; T=tests/services for a part
	@$(PY) -m tests.prepare
	$(call tested,not long and not browser)
	$(call tested,not long and browser)

test-faults: $(VENV)/dev.stamp ## kills of the product, and the recorder in every trouble (about 15 minutes)
	@$(PY) -m tests.prepare
	VERBATIM_KILLS=50 $(PY) -m pytest tests/faults

lint: $(VENV)/dev.stamp ## style, types, import rules
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: $(VENV)/dev.stamp ## every benchmark, side by side with what it is measured against
	@$(PY) -m commands.weights >&2
	@failed=; for each in benchmarks/[a-z]*.py; do echo "## $$each"; $(PY) $$each || failed="$$failed $$each"; done; \
	if [ -n "$$failed" ]; then echo "Failed:$$failed"; exit 1; fi

clean: ## removes the environment and caches; data and weights stay
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
