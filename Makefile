# One verb per job. `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin
ASSIGNMENT ?= 06_communication
# All of the workshop in the file browser, no news dialog over the first lesson, no request to the outside, and nobody listens to a kernel.
LAB := $(BIN)/python -m thousandfold.commands.lab "$(CURDIR)"

# A value from the command line as one word of the shell, whatever stands in it.
quoted = '$(subst ','\'',$(1))'

# Jupyter, npm and matplotlib keep files at home; where that cannot be written to, they get a home here.
ifeq ($(shell test -w "$$HOME" && echo yes),)
export HOME := $(CURDIR)/build/home
$(shell mkdir -p "$(HOME)")
endif

.PHONY: help lab memos power proxy test test-site test-kit test-images test-pythons test-processors test-busy test-long release-check new module class grade release survival names lessons translate tables slides kit lock solve benchmarks peers book site serve-site benchmark-site benchmark-book benchmark-flight benchmark-grading benchmark-room clean archive

help:  ## list the verbs
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# What is compiled when it is first imported is kept, whatever the system wishes.
unexport PYTHONDONTWRITEBYTECODE

# An environment that was damaged, or whose Python an update of the system took away, is made anew.
WHOLE := $(shell $(BIN)/python -I tools/whole.py 2>/dev/null && echo yes)
SET_UP = @$(if $(WHOLE),$(BIN)/python,$(PYTHON)) tools/set_up.py
.PHONY: anew

# The learner's environment: exact pins, checked by hash. JupyterLab has a copy of our part of its pages.
.venv/.lab: requirements.lock pyproject.toml src/boxgrader/pyproject.toml \
  $(wildcard src/thousandfold/labextension/static/*) $(if $(WHOLE),,anew)
	$(SET_UP)
	@touch $@

# The same and what the tests need on top.
.venv/.dev: requirements-dev.lock .venv/.lab
	$(SET_UP) --lock requirements-dev.lock --compiled
	@touch $@

# What stands in front of the hub of hub/, at the place where it is looked for on a server.
.venv/proxy/.done: hub/package-lock.json .venv/.dev
	mkdir -p .venv/proxy && cp hub/package.json hub/package-lock.json .venv/proxy/
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --prefix .venv/proxy --ignore-scripts --no-audit --no-fund --silent
	@touch $@

proxy: .venv/proxy/.done  ## what the test of the hub needs (done by make test)

lab: .venv/.lab  ## set up and open JupyterLab (STUDY=1: for somebody alone; ARGS=--no-browser for a server)
	$(if $(STUDY),@$(BIN)/python tools/study.py study.txt,@rm -f study.txt)
	$(LAB) notebooks/00_start_here.ipynb $(ARGS)

memos: .venv/.lab  ## open Formgrader, to read memos and give points by hand
	$(LAB) --LabApp.default_url=/formgrader $(ARGS)

test: .venv/.dev .venv/proxy/.done build/publish/.done  ## set up and pass every check but those of the site (ARGS='-k data' for some)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m pytest -m 'not site' $(ARGS)

test-site: .venv/.dev .venv/.site  ## build the site for browsers, try every lesson and exercise in it and a day of the room, and check them for everybody (axe)
	-$(BIN)/python tools/fetch_for_tests.py
	$(BIN)/python -m pytest -m site tests/test_site.py tests/test_book.py tests/test_site_begun_anew.py tests/test_spreadsheet.py tests/test_drawn_in_the_book.py tests/test_two_builds.py tests/test_first_page.py tests/test_accessibility.py tests/test_game_page.py tests/test_book_reading.py tests/facilitation/test_pages_for_everybody.py tests/room $(ARGS)

test-kit: .venv/.dev  ## make the kit with all packages, and start it where there is nothing else
	$(BIN)/python tools/kit.py --wheels
	THOUSANDFOLD_KIT=dist/thousandfold-kit-offline.zip $(BIN)/python -m pytest -n0 -s tests/test_kit.py -k offline

test-pythons: .venv/.dev  ## unit and model tests on every supported Python found
	$(BIN)/python tools/pythons.py

test-processors: .venv/.dev  ## tests of digits as other processors compute them (PROCESSORS=oldest for one)
	$(BIN)/python tools/processors.py $(PROCESSORS)

test-busy: .venv/.dev .venv/proxy/.done  ## the tests beside eight busy loops (ARGS='--one-core tests/test_hub.py')
	$(BIN)/python tools/busy.py $(ARGS)

# What waits for something else: a server, a browser, a kernel, somebody's notebook.
WAITING := tests/grading tests/facilitation tests/test_browser.py tests/test_hub.py tests/test_kit.py tests/test_interrupts.py tests/room

test-images: .venv/.dev  ## build the images of images/ without a registry, and start a lesson in one (root, debootstrap, buildah, runc; 8 GB)
	$(BIN)/python tools/images.py $(ARGS)

test-long: test test-site test-processors test-pythons test-kit test-images  ## all that takes too long for every change (hours)
	$(BIN)/python tools/release_check.py --installed
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32 src/thousandfold tools
	$(BIN)/python tools/workflows.py locks release site tests
	$(BIN)/python tools/busy.py
	$(BIN)/python tools/busy.py --loops 0 --one-core --times 3 $(WAITING)
	THOUSANDFOLD_ALL=1 THOUSANDFOLD_KILLS=20 $(BIN)/python -m pytest -n0 tests/grading/test_no_false_alarm.py tests/grading/test_autograde.py tests/grading/test_ordinary.py tests/grading/test_road_to_linux.py tests/facilitation/test_viva.py tests/test_keypoints.py tests/test_new_module.py tests/test_start.py tests/test_hub.py tests/room/test_faults.py tests/room/test_whole_day.py

release-check: .venv/.dev build/publish/.done  ## say all that stands against a release: installs and tries both packages on each Python (minutes; QUICK=1: seconds; or KEEP=1: and puts them into dist/)
	@$(BIN)/python tools/release_check.py $(if $(QUICK),--quick) $(if $(KEEP),--keep dist)

new: .venv/.dev  ## lay a module that passes every check (STEM=11_pricing TITLE="What may a user cost?")
	@$(BIN)/python tools/new_module.py $(call quoted,$(STEM)) $(call quoted,$(TITLE))

module: .venv/.dev  ## run all checks of one module, and list all that is missing (STEM=06_communication)
	@$(BIN)/python tools/module.py $(call quoted,$(STEM))

class: .venv/.lab  ## a sample class from release to grades (ASSIGNMENT=06_communication)
	$(BIN)/python tools/sample_class.py $(ASSIGNMENT)

grade: .venv/.lab  ## grade what stands in submitted/ (ASSIGNMENT=06_communication)
	$(BIN)/thousandfold grade $(ASSIGNMENT) $(ARGS)

release: .venv/.lab  ## make exercises/ from solutions/
	$(BIN)/python tools/release.py

robustness: .venv/.lab  ## try every keypoint in plausible companies, and write shares and words where they are read (ARGS=STEM for one lesson)
	$(BIN)/python tools/robustness.py $(ARGS)

survival: .venv/.lab  ## fly the statements of the flight in many companies, all drawn together, and store what holds
	$(BIN)/python tools/survival.py

names: .venv/.lab  ## write which names thousandfold.models gives
	$(BIN)/python tools/names.py

lessons: .venv/.lab  ## run the lessons and store what they show (LESSONS=notebooks/...)
	$(BIN)/python tools/lessons.py $(LESSONS)

translate: .venv/.dev  ## bring a module into another language, from its catalogue (INTO=de MODULE=06_communication)
	@$(BIN)/python tools/translate.py $(call quoted,$(INTO)) $(call quoted,$(MODULE))

power: .venv/.lab  ## try the twelve questions in simulated classes, and write how often a gain is found
	$(BIN)/python tools/power.py

tables: .venv/.lab  ## write the run of show and the tables of modules from the notebooks
	$(BIN)/python tools/tables.py

archive: .venv/.lab  ## pack the data into dist/ for an archive that gives a DOI
	$(BIN)/python tools/data_archive.py

slides: .venv/.lab  ## slides of all lessons for any browser, and PDF, in dist/slides (MODULES='01 06')
	$(BIN)/thousandfold slides $(MODULES) --pdf --output dist/slides

kit: .venv/.lab  ## one zip for learners in dist/ (WHEELS=1: with all packages, for a room without internet; STUDY=1: tells somebody alone what is right)
	$(BIN)/python tools/kit.py $(if $(WHEELS),--wheels) $(if $(STUDY),--study)

lock: .venv/.dev  ## pin the newest versions that fit pyproject.toml (PACKAGE=nh3: of that one alone)
	$(BIN)/python tools/lock.py $(PACKAGE)

solve: .venv/.dev  ## try the lock on every supported Python and system (needs the network)
	$(BIN)/python tools/solve.py

benchmarks: .venv/.dev  ## measure, and write benchmarks/README.md
	$(BIN)/python benchmarks/run.py

build/peers/.done: requirements-peers.lock pyproject.toml
	@$(PYTHON) tools/set_up.py build/peers --lock requirements-peers.lock
	@touch $@

peers: build/peers/.done  ## compare with SimPy, PySD, BPTK and Mesa, and write benchmarks/PEERS.md
	build/peers/bin/python benchmarks/peers.py

# What looks at workflows, images, data and distributions; apart, so that it asks nothing of our own packages.
build/publish/.done: requirements-publish.lock pyproject.toml
	@$(PYTHON) tools/set_up.py build/publish --lock requirements-publish.lock
	@touch $@

# JupyterLite and what turns the lessons into a site for browsers.
.venv/.site: requirements-site.lock .venv/.lab
	$(SET_UP) --lock requirements-site.lock
	@touch $@

book: .venv/.site  ## build the book in dist/book: all lessons to read, and an EPUB (ANSWERS=1: with the guides for facilitators)
	$(BIN)/python tools/build_book.py $(if $(ANSWERS),--answers) $(ARGS)

site: .venv/.site  ## build the book and the workshop for browsers in dist/site (PYODIDE=folder or archive: needs no internet; STUDY=1: tells somebody alone what is right)
	$(BIN)/python tools/build_site.py $(if $(PYODIDE),--pyodide $(PYODIDE)) $(if $(STUDY),--study) $(ARGS)

serve-site: .venv/.lab  ## serve dist/site to this room (ARGS=--loopback for this computer alone)
	$(BIN)/python tools/serve_site.py $(ARGS)

benchmark-flight: .venv/.dev  ## measure the flight simulator, and write benchmarks/FLIGHT.md
	$(BIN)/python benchmarks/flight.py $(ARGS)

benchmark-site: .venv/.dev .venv/.site  ## measure the site in Chromium, and write benchmarks/SITE.md
	$(BIN)/python tools/fetch_for_tests.py
	PYTHONPATH=tools $(BIN)/python benchmarks/browser.py $(ARGS)

benchmark-book: .venv/.dev .venv/.site  ## measure the book on a slow phone in Chromium, and write benchmarks/BOOK.md
	PYTHONPATH=tools $(BIN)/python benchmarks/book.py $(ARGS)

benchmark-grading: .venv/.dev  ## grade a class with nbgrader and with ours, and write benchmarks/GRADING.md (6 minutes)
	$(BIN)/python benchmarks/grading.py $(ARGS)

benchmark-room: .venv/.dev  ## two hundred phones in a live room, and write benchmarks/ROOM.md (2 minutes)
	$(BIN)/python benchmarks/room.py $(ARGS)

clean:  ## remove what can be made again
	rm -rf .venv .venv.old build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
