# Everything a developer does here. `make help` lists it; the first target that needs them installs the tools.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash

VENV := .venv
BIN := $(VENV)/bin
SYNCED := $(VENV)/.synced
JOBS ?= auto
# Without compiled modules every one of the many processes spends seconds on importing.
unexport PYTHONDONTWRITEBYTECODE
# The first Python that is new enough and can make environments (a shim without an installation behind it cannot).
NEW_ENOUGH := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for found in python3.11 python3.12 python3.13 python3 /usr/bin/python3.11 /usr/bin/python3; do \
	$$found -c '$(NEW_ENOUGH)' 2>/dev/null && { echo $$found; break; }; done)

.PHONY: help install run demo partner test lint format types bench migration openapi reference policy-coverage fuzz resilience-funds up

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile

install: $(SYNCED) ## the tools, into .venv, exactly as locked

$(SYNCED): requirements-dev.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv is needed (apt install python3.11-venv)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python devtools/bootstrap.py requirements-dev.lock $(SYNCED)

run: $(SYNCED) ## the whole product on this machine, PostgreSQL included; PORT=8000, data in var/
	@exec $(BIN)/python -m devtools.run

demo: $(SYNCED) ## the story, against the product running at PORT=8000 or else its own
	@exec $(BIN)/python -m devtools.demo

partner: $(SYNCED) ## a sandbox for a bank's developer, in the product running at PORT=8000: var/partner.json
	@exec $(BIN)/python -m devtools.partner

test: $(SYNCED) ## every test; one tier or file: make test T=tests/unit; other databases: TEST_DATABASE_URL, TEST_DATABASE
	$(BIN)/pytest -n $(JOBS) --dist loadfile $(T)

lint: $(SYNCED) ## style, imports, and the promises no off-the-shelf lint knows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m devtools.lints

format: $(SYNCED) ## lay out the code as lint wants it
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(SYNCED) ## mypy --strict
	$(BIN)/mypy

bench: $(SYNCED) ## measure, each figure beside its limit; ONLY=<id> for one; writes bench/results.json
	$(BIN)/python -m devtools.bench $(ONLY)

migration: $(SYNCED) ## draft a migration from the models: make migration s=funds m="claims get a number"
	@test -n "$(s)" -a -n "$(m)" || { echo 'say which and what: make migration s=funds m="claims get a number"' >&2; exit 2; }
	$(BIN)/python -m devtools.migration "$(s)" "$(m)" $(HAND)

openapi: $(SYNCED) ## write the API documents kept in openapi/; RELEASE=1 also keeps them as what must not break
	$(BIN)/python -m devtools.openapi $(if $(RELEASE),--release)

reference: $(SYNCED) ## write docs/policy: each city's policy to read, in Chinese and English, from the packs
	$(BIN)/python -m devtools.reference

policy-coverage: $(SYNCED) ## which provisions stand in a pack, and which tests of running services touch; POLICY_DOCUMENTS=<folder>
	$(BIN)/python -m devtools.policy_coverage

fuzz: $(SYNCED) ## schemathesis through the gateway of an own instance, short and with a fixed seed
	$(BIN)/python -m devtools.fuzz

resilience-funds: $(SYNCED) ## random operations on funds against a plain model, under kill -9; MINUTES=10, SEED=any
	$(BIN)/python -m devtools.resilience --minutes $(or $(MINUTES),10) $(if $(SEED),--seed $(SEED))

up: ## the product in containers, as it is deployed; its secrets are made in var/compose/secrets
	deploy/secrets
	docker compose up --build --detach --wait
