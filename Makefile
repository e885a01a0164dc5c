# Every command of the project. `make` alone lists them; each installs what it needs first and a second call starts at once.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# Imports are three times slower without bytecode, and start-up time is a feature of a till.
unexport PYTHONDONTWRITEBYTECODE

PYTHON := .venv/bin/python
UV := .tools/bin/uv
# Passed on to the command: make replay ARGS="--first 500"
ARGS ?=
# Test processes at once: one more than there are processors, because windows and sockets wait much of the time.
# `make test JOBS=0` runs them in one process, where a debugger works.
JOBS ?= $(shell echo $$(($$(nproc) + 1)))
# The seeds of `make simulate`: the first one, and how many.
FROM ?= 1
SEEDS ?= 100
LOCK := $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header $(UPGRADE)

.PHONY: help boot boot-dev run demo serve test check format bench replay replay-wallet simulate soak screenshots nightly wheel bare lock clean distclean

help: ## this list
	@echo "make <command>  (add ARGS=\"...\" to pass options on)"
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)$$/\1|\2/p' Makefile | while IFS='|' read -r name text; do printf '  %-12s %s\n' "$$name" "$$text"; done

boot: ## install what the till and the server need (Debian packages, .venv)
	@bash packaging/bootstrap.sh run

boot-dev: ## the same, with what tests and benchmarks need
	@bash packaging/bootstrap.sh dev

run: boot ## open the till
	$(PYTHON) -m posapp run $(ARGS)

demo: boot ## ring up a member sale in the demo shop: a screenshot and a receipt, no display needed
	$(PYTHON) -m posapp demo $(ARGS)

serve: boot ## start the server (SQLite, or DATABASE_URL)
	$(PYTHON) -m sync serve $(ARGS)

test: boot-dev ## run the tests
	$(PYTHON) -m pytest -n $(JOBS) $(ARGS)

check: boot-dev ## lint, formatting, types, import contracts, house rules; all of them, however many fail
	@failed=(); \
	step() { echo "-- $$*"; "$$@" || failed+=("$$1"); }; \
	step .venv/bin/ruff check . ; \
	step .venv/bin/ruff format --check . ; \
	step .venv/bin/mypy; \
	step .venv/bin/lint-imports --no-cache; \
	step $(PYTHON) -m pytest -q tests/tidy; \
	if [ $${#failed[@]} -gt 0 ]; then echo "failed: $${failed[*]}"; exit 1; fi

format: boot-dev ## let ruff mend formatting and what else it can
	.venv/bin/ruff check --fix-only .
	.venv/bin/ruff format .

bench: boot-dev ## paired ratios: latency, start-up, search, ingest, wire; ARGS=--scale: to 1,000 tills
	$(PYTHON) -m bench $(ARGS)

replay: boot-dev ## real baskets through tills and a server, totals compared to the cent
	$(PYTHON) -m bench.replay $(ARGS)

replay-wallet: boot-dev ## the same baskets at one till with tiers, points and coupons, against SQL
	$(PYTHON) -m bench.replay.wallet $(ARGS)

simulate: boot-dev ## tills and a server among failing disks, networks, clocks: FROM=k SEEDS=n
	$(PYTHON) -m tests.simulation --from $(FROM) --seeds $(SEEDS) $(ARGS)

soak: boot-dev ## sell in the real window beside a real server: ARGS="--minutes 60 --plot FILE.svg"
	$(PYTHON) -m bench.soak $(ARGS)

screenshots: boot-dev ## pictures of every screen, into docs/images/, and an audit of each
	$(PYTHON) -m bench.screenshots $(ARGS)

nightly: boot-dev ## the tests that take long, with many more examples
	$(PYTHON) -m pytest -n $(JOBS) -m "nightly or not nightly" --hypothesis-profile=nightly $(ARGS)

wheel: boot-dev ## build the wheel into dist/
	$(PYTHON) -m hatchling build --target wheel

bare: ## prove it on a bare Debian root (needs root and debootstrap)
	bash packaging/prove_bare.sh $(ARGS)

lock: ## renew the lock files; `make lock UPGRADE=--upgrade` takes newer versions
	@bash packaging/bootstrap.sh tools
	$(LOCK) --extra scan pyproject.toml --output-file requirements.lock
	$(LOCK) --all-extras --group dev --constraint requirements.lock pyproject.toml --output-file requirements-dev.lock
	$(LOCK) --group pyproject.toml:tools --output-file requirements-tools.lock

clean: ## remove what builds and tests leave behind
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -not -path './.tools/*' -type d -prune -exec rm -rf {} +

distclean: clean ## the same, and the environments
	rm -rf .venv .tools
