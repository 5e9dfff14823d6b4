# Thin on purpose: each target is one command of a tool you know, or of `switchboard`. `make` alone lists them.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m tools.install
TEST := $(BIN)/python -m pytest --dist loadfile --no-loadscope-reorder --ignore tests/integration/contract --ignore tests/browser
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONPATH := functions:layers/switchboard/python:.
# Bytecode is kept, in .venv and not beside the sources: whoever forbids it means the latter.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.venv/pycache
unexport PYTHONDONTWRITEBYTECODE
export SAM_CLI_TELEMETRY := 0
CHROMIUM_FOUND := test -n "$$CHROMIUM" || command -v chromium chromium-browser google-chrome >/dev/null

.PHONY: help run console console-if-possible demo phone test test-slow test-deploy test-cov contract unit fuzz lint format build emulate validate deploy bench plugin test-plugin test-browser check-config setup-events ivr-report sip-export sip-import events openapi requirements clean
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

run: .venv/run.ok console-if-possible ## everything on this machine, on PORT (3000), with the console (CONSOLE=0: without); DATA=dir keeps its state
	@exec $(BIN)/switchboard run

console: .venv/console.ok ## another console of the make run on PORT (3000); make run starts one
	@exec $(BIN)/switchboard console --local

demo: .venv/run.ok ## surveys, a call through Studio, SIP calls that find their way, a conversation from its start to its end
	@$(BIN)/switchboard demo

phone: .venv/run.ok ## a phone in the terminal: text or call the app
	@$(BIN)/switchboard phone

test: .venv/run.ok .venv/console.ok ## every test but those of test-slow, test-deploy, contract and test-browser
	$(TEST) --numprocesses 4 -m "not slow and not sam_cli"

test-slow: .venv/run.ok .venv/console.ok ## outages on each route, kills at each call, whole processes, thousands of rows
	$(TEST) --numprocesses 6 -m slow

test-deploy: .venv/tools.ok ## make deploy by AWS's SAM CLI itself, against a stand-in for CloudFormation
	$(BIN)/python -m pytest --numprocesses 2 --dist load -m sam_cli tests/integration/deploy

contract: .venv/run.ok ## requests made of docs/openapi.yaml by schemathesis, against the platform
	$(BIN)/python -m pytest --numprocesses 2 --dist load tests/integration/contract

test-cov: .venv/run.ok ## how much of each feature's domain the unit tests run; fails below 95 %
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --cov --cov-report= tests/unit
	@for domain in functions/*/domain; do $(BIN)/coverage report --include="$$domain/*" --fail-under=95 || exit; done

unit: .venv/run.ok ## the tests that need no platform
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile tests/unit

test-browser: .venv/browser.ok ## the console in chromium (apt installs it); PICTURES=dir keeps pictures of its pages
	@$(CHROMIUM_FOUND) || { apt-get update -qq && apt-get install --yes -qq chromium; } </dev/null
	$(BIN)/python -m pytest tests/browser

test-plugin: plugin ## the Flex plugin: unit tests, then the real Flex UI in chromium (apt installs it) against make run
	@$(CHROMIUM_FOUND) || { apt-get update -qq && apt-get install --yes -qq chromium; } </dev/null
	cd flex-plugin && npm run check && npm test </dev/null

fuzz: .venv/run.ok ## property tests with examples of their own for SECONDS (60); TESTS=path
	$(BIN)/python -m pytest -p tests.fuzz --fuzz-seconds $(or $(SECONDS),60) $(or $(TESTS),tests)

check-config: .venv/run.ok ## check config-files/ (or CONFIG=dir) before it is uploaded
	@$(BIN)/switchboard check-config $(or $(CONFIG),config-files)

setup-events: .venv/run.ok ## register with Twilio's Event Streams: URL=https://… (else the make run here); DRY_RUN=1 only shows
	@$(BIN)/switchboard setup-events $(if $(filter-out 0 no false off,$(DRY_RUN)),--dry-run)

ivr-report: .venv/run.ok ## one page about call paths: of a running make run, or TABLE=name, ARCHIVE=s3://…; FLOW=FW…
	@$(BIN)/switchboard ivr report

sip-export: .venv/run.ok ## the map of SIP routes to FILE=map.json or .csv; VERSION=live
	@$(BIN)/switchboard sip export $(FILE) $(if $(VERSION),--version $(VERSION))

sip-import: .venv/run.ok ## FILE=map.json or .csv as a new version; DRY_RUN=1 shows what changes, PUBLISH=1, NOTE=why
	@$(BIN)/switchboard sip import $(FILE) $(if $(filter-out 0 no false off,$(DRY_RUN)),--dry-run) \
	  $(if $(filter 1 yes true on,$(PUBLISH)),--publish)

lint: .venv/tools.ok .venv/console.ok ## ruff, mypy --strict, import-linter, cfn-lint
	ruff check . && ruff format --check .
	mypy
	lint-imports --no-cache
	cfn-lint template.yaml

format: .venv/tools.ok ## let ruff put the code in order
	ruff check --fix . && ruff format .

validate: .venv/tools.ok ## sam validate --lint
	sam validate --lint

build: .venv/tools.ok ## sam build, and bytecode where Python 3.13 is at hand; no Docker needed
	@$(BIN)/python -m tools.deploy.build

plugin: .venv/run.ok ## the Flex plugin as one script, flex-plugin/build/switchboard.js; needs Node.js 20
	@$(BIN)/switchboard flex-plugin build

emulate: build ## every sample event under AWS's Runtime Interface Emulator, from what was built
	@$(BIN)/python -m tools.deploy.emulate

deploy: .venv/tools.ok ## build and deploy; PROFILE=prod for production, SET="Name=value …", YES=1 asks nothing (docs/deploy.md)
	@$(BIN)/switchboard deploy --profile $(or $(PROFILE),dev) $(foreach item,$(SET),--set '$(item)') \
	  $(if $(filter 1 yes true on,$(YES)),--yes)

bench: .venv/tools.ok ## what a function costs: calls, CPU, its first answer after a plain start and from a snapshot
	@$(BIN)/switchboard bench

events: .venv/run.ok ## write events/ again from tools/sample_events.py
	@$(BIN)/switchboard sample-events

openapi: .venv/run.ok ## write docs/openapi.yaml again from the code
	@$(BIN)/switchboard openapi

requirements: .venv/tools.ok ## pin again after an edit of a *.in file
	./requirements/compile

clean: ## forget what was built (not .venv)
	rm -rf .aws-sam .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/run.ok: requirements/run.txt pyproject.toml
	@test -x $(BIN)/python || { echo "Making .venv with $$($(PYTHON) --version)"; $(PYTHON) -m venv .venv; }
	@$(INSTALL) requirements/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable .
	@touch $@

# Without a connection, what is installed runs.
console-if-possible: .venv/run.ok
	@$(if $(filter 0 no false off,$(CONSOLE)),:,$(MAKE) --silent .venv/console.ok || echo "The console is not installed.")

.venv/console.ok: requirements/console.txt .venv/run.ok
	@$(INSTALL) requirements/console.txt
	@touch $@

.venv/browser.ok: requirements/browser.txt .venv/console.ok
	@$(INSTALL) requirements/browser.txt
	@touch $@

.venv/tools.ok: requirements/tools.txt .venv/run.ok
	@$(INSTALL) requirements/tools.txt
	@touch $@
