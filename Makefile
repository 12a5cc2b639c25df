# Everything one does with Relance. `make` alone lists it.

PY ?= python3
VENV := .venv
PYTHON := $(VENV)/bin/python
SPEED ?= -n 2

.PHONY: help run demo test check format bench torture binary messages lock clean parts

help:  ## This list
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

run: $(VENV)/.run  ## Start Relance and open its first page
	@$(PYTHON) -m relance serve

demo: $(VENV)/.run  ## Start it with a made-up firm; nothing can be sent from it
	@$(PYTHON) -m scripts.demo demo-data
	@$(PYTHON) -m relance --data-dir demo-data serve

test: $(VENV)/.dev parts  ## Run every test
	@$(PYTHON) -m pytest $(SPEED) -q

check: $(VENV)/.dev  ## Format, lint, types, imports, sizes, translations
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m mypy
	@$(PYTHON) -c "from importlinter.cli import lint_imports_command as c; c()"
	@$(PYTHON) -m scripts.check_sizes
	@$(PYTHON) -m scripts.messages check

format: $(VENV)/.dev  ## Format the code and mend what can be mended
	@$(PYTHON) -m ruff check --fix -q . || true
	@$(PYTHON) -m ruff format .

bench: $(VENV)/.dev  ## Measure the work it must be quick at
	@$(PYTHON) -m scripts.bench

torture: $(VENV)/.dev  ## Kill it, fill its disk, move its clock: nothing may be sent twice or lost (half an hour)
	@$(PYTHON) -m scripts.torture --all

binary: $(VENV)/.dev  ## Build dist/relance, one file, and let it test itself
	@$(PYTHON) -m scripts.build_binary

messages: $(VENV)/.dev  ## Take the sentences to translate out of the code
	@$(PYTHON) -m scripts.messages extract

lock:  ## Renew the locked dependencies (needs uv)
	@uv pip compile --universal --generate-hashes --no-annotate --no-header --no-emit-index-url -q pyproject.toml -o requirements.txt
	@uv pip compile --universal --generate-hashes --no-annotate --no-header --no-emit-index-url -q --group dev pyproject.toml -o requirements-dev.txt

clean:  ## Remove what was built, but no data
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache locales/*/LC_MESSAGES/*.mo

# The browser tests drive Debian's Chromium, the mailbox tests talk to its dovecot, those of letters read PDFs.
parts:
	@missing=""; \
	  command -v chromium >/dev/null && command -v chromedriver >/dev/null || missing="chromium chromium-driver"; \
	  [ -x /usr/sbin/dovecot ] || missing="$$missing dovecot-imapd"; \
	  command -v pdftotext >/dev/null || missing="$$missing poppler-utils"; \
	  [ -z "$$missing" ] || { \
	    [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing >/dev/null; } || { \
	    echo "The tests need more: sudo apt-get install $$missing"; exit 1; }

$(PYTHON):
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PY=python3.12"; exit 1; }
	@$(PY) -m venv $(VENV) 2>/dev/null || { rm -rf $(VENV); \
	  $(PY) -m venv --without-pip $(VENV) && $(PY) -m pip --python $(VENV)/bin/python -q install pip 2>/dev/null; } \
	  || { rm -rf $(VENV); $(PY) -m virtualenv -q $(VENV) 2>/dev/null; } \
	  || { rm -rf $(VENV); echo "No virtual environment can be made: apt-get install python3-venv"; exit 1; }

$(VENV)/.run: requirements.txt $(wildcard locales/*/LC_MESSAGES/*.po) | $(PYTHON)
	@[ -e $(VENV)/.dev ] || { echo "Installing what Relance needs, once..."; \
	  $(PYTHON) -m pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.txt; }
	@$(PYTHON) -m scripts.messages compile
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(wildcard locales/*/LC_MESSAGES/*.po) | $(PYTHON)
	@echo "Installing what the tests need..."
	@$(PYTHON) -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	@$(PYTHON) -m scripts.messages compile
	@touch $@ $(VENV)/.run
