# The two commands of the README are `make run` and `make test`; both set up what they need.
PYTHON ?= python3
BIN := .venv/bin
export MADANG_HOME ?= $(CURDIR)/var
export PORT ?= 8000

.PHONY: run test bench demo-reset setup setup-dev build messages fmt clean help

run: build  ## Start the site with the demo city (PORT, MADANG_HOME)
	@MADANG_DEMO=1 exec $(BIN)/madang up

test: setup-dev  ## Everything CI checks
	@$(BIN)/python tools/check.py

bench: setup-dev  ## Measure speed and size; results as a table
	@$(BIN)/python tools/bench

demo-reset:  ## Throw the demo's data away; the next `make run` loads it anew
	@$(PYTHON) tools/reset.py "$(MADANG_HOME)"

setup:
	@$(PYTHON) tools/setup.py run

setup-dev:
	@$(PYTHON) tools/setup.py dev

build: setup
	@$(BIN)/python tools/build.py

messages: setup-dev  ## Collect interface strings into the Korean catalogues
	@$(BIN)/python tools/messages.py

fmt: setup-dev  ## Format and fix what can be fixed
	@$(BIN)/ruff format src tests tools && $(BIN)/ruff check --fix src tests tools

clean:  ## Remove environment and build output (not the data)
	rm -rf .venv build node_modules

help:
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'
