# One verb per job. `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin
ASSIGNMENT ?= 06_communication
# All of the workshop in the file browser, no news dialog over the first lesson, no request to the outside, and nobody listens to a kernel.
QUIET := --ServerApp.root_dir=$(CURDIR) --LabApp.app_settings_dir=$(CURDIR)/tools/lab --LabApp.news_url=None \
  --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate \
  --KernelManager.transport_encryption=auto

.PHONY: help lab test test-pythons class grade release lessons lock benchmarks peers clean

help:  ## list the verbs
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Thousandfold needs Python 3.11 or newer; say which: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv

# The learner's environment: exact pins, checked by hash.
.venv/.lab: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

# The same and what the tests need on top.
.venv/.dev: requirements-dev.lock .venv/.lab
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

lab: .venv/.lab  ## set up and open JupyterLab (ARGS=--no-browser for a server)
	$(BIN)/jupyter lab notebooks/00_start_here.ipynb $(QUIET) $(ARGS)

test: .venv/.dev  ## set up and pass every check (ARGS='-k data' for some)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m pytest $(ARGS)

test-pythons: .venv/.dev  ## unit and model tests on every supported Python found
	$(BIN)/python tools/pythons.py

class: .venv/.lab  ## a sample class from release to grades (ASSIGNMENT=06_communication)
	$(BIN)/python tools/sample_class.py $(ASSIGNMENT)

grade: .venv/.lab  ## grade what stands in submitted/ (ASSIGNMENT=06_communication)
	$(BIN)/python tools/grade.py $(ASSIGNMENT)

release: .venv/.lab  ## make exercises/ from solutions/
	$(BIN)/python tools/release.py

lessons: .venv/.lab  ## run the lessons and store what they show (LESSONS=notebooks/...)
	$(BIN)/python tools/lessons.py $(LESSONS)

lock: .venv/.dev  ## pin the newest versions that fit pyproject.toml
	$(BIN)/python tools/lock.py

benchmarks: .venv/.dev  ## measure, and write benchmarks/README.md
	$(BIN)/python benchmarks/run.py

build/peers/.done: requirements-peers.lock pyproject.toml
	$(PYTHON) -m venv build/peers
	build/peers/bin/pip install --quiet --no-deps --require-hashes -r requirements-peers.lock
	build/peers/bin/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

peers: build/peers/.done  ## compare with SimPy, PySD, BPTK and Mesa, and write benchmarks/PEERS.md
	build/peers/bin/python benchmarks/peers.py

clean:  ## remove what can be made again
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
