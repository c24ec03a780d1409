# The commands of the README. Each makes .venv first, from the lock file. `make help` lists them.
PYTHON ?= python3
VENV := .venv
READY := $(VENV)/ready
KERNELS := $(VENV)/kernels

# What may stand behind a target. A name that is not here would be passed over in silence: it is refused.
VARIABLES := ALL ARGS EXPERIMENT PROFILE PYTHON STORE TORCH TORCH_INDEX VENV YES
GIVEN := $(foreach name,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(name)))),$(name)))
UNKNOWN := $(firstword $(filter-out $(VARIABLES) MAKE% SHELL CURDIR,$(GIVEN)))
ifneq ($(UNKNOWN),)
NEAREST := $(shell $(PYTHON) -c 'import difflib, sys; print(*difflib.get_close_matches(sys.argv[1], sys.argv[2:], 1, 0.5))' \
  $(UNKNOWN) $(VARIABLES))
$(error $(UNKNOWN): no such variable; allowed: $(VARIABLES)$(if $(NEAREST),; nearest: $(NEAREST)))
endif
comma := ,
# An option of a switch that stands on the command line: one of the environment removes nothing.
said = $(if $(filter command,$(firstword $(origin $(1)))),$(2))
OF = $(if $(EXPERIMENT),--experiment $(EXPERIMENT))

.DEFAULT_GOAL := reproduce
.PHONY: help reproduce test campaign smoke docs validate report tidy benchmark kernels lock extras site

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/\1|\2/p' $(firstword $(MAKEFILE_LIST)) | while IFS='|' read -r target text; do \
	  printf '  make %-11s %s\n' "$$target" "$$text"; done
	@echo "Variables: $(VARIABLES)"

reproduce: $(KERNELS) ## run an experiment and record it: EXPERIMENT=name PROFILE=folder of profiles/ STORE=./nodes
	@$(VENV)/bin/sculpt reproduce $(OF) $(if $(PROFILE),--profile $(PROFILE)) $(if $(STORE),--store "$(STORE)")

smoke: $(KERNELS) ## whether everything works here: an experiment of 15 jobs of its own, in about 20 seconds
	@$(VENV)/bin/sculpt tidy --experiment smoke --all --yes --quiet
	@$(VENV)/bin/sculpt reproduce --experiment smoke
	@$(VENV)/bin/sculpt validate --experiment smoke
	@$(VENV)/bin/sculpt tidy --experiment smoke --all --yes --quiet

test: $(KERNELS) ## style and all tests: ARGS=tests/core limits them to a folder, ARGS="-k words" to names
	$(info $(if $(ARGS),tests: $(ARGS),all tests: about 12 minutes on two cores; ARGS= limits them$(comma) as make test ARGS=tests/core))
	@$(VENV)/bin/ruff check
	@$(VENV)/bin/ruff format --check
	@$(VENV)/bin/snakefmt --check Snakefile rules
	@$(VENV)/bin/pytest $(ARGS)

campaign: $(KERNELS) ## the long tests, which make test leaves out: ARGS= as there
	@$(VENV)/bin/pytest -m campaign $(ARGS)

docs: $(KERNELS) ## write what is generated and committed: dvc.yaml, the schema, the reference
	@$(VENV)/bin/sculpt docs

validate: $(KERNELS) ## whether every file is what its code, settings and locks say: EXPERIMENT=name
	@$(VENV)/bin/sculpt validate $(OF)

report: $(KERNELS) ## the page of a finished experiment: EXPERIMENT=name
	@$(VENV)/bin/sculpt report $(OF)

tidy: $(KERNELS) ## show what no job makes any more: EXPERIMENT=name; YES=1 removes it, ALL=1 is all of an experiment
	@$(VENV)/bin/sculpt tidy $(OF) $(call said,ALL,--all) $(call said,YES,--yes)

benchmark: $(KERNELS) ## measure training, the pipeline and the plan: an hour
	@$(VENV)/bin/python benchmarks/training.py
	@$(VENV)/bin/python benchmarks/pipeline.py
	@$(VENV)/bin/python benchmarks/plan.py

# With uv where it is on PATH, else with pip. TORCH=cpu leaves CUDA's libraries out (docs/install.md).
INSTALL = $(PYTHON) install.py $(VENV) $(if $(TORCH),--torch $(TORCH))

$(READY): requirements.lock pyproject.toml setup.py install.py $(if $(TORCH),torch)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed and $(PYTHON) is not; name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(INSTALL)
	touch $@

# So that TORCH is looked at each time that it is said.
.PHONY: torch
torch:
	@:

# What tests of exports, notebooks and pages need, and the documentation: the optional extra of pyproject.toml.
extras: $(READY) requirements-extras.lock ## what exports, notebooks, browser tests and the site need
	$(INSTALL) --extras

# The installation builds the kernels; they are built again where their sources are newer. Without them torch is left,
# and whoever needs them says so.
$(KERNELS): $(READY) src/sculpt/engine/build.py $(wildcard src/sculpt/engine/kernels/*)
	@$(VENV)/bin/python src/sculpt/engine/build.py || true
	@touch $@

kernels: $(READY) ## build the engine's kernels again
	@$(VENV)/bin/python src/sculpt/engine/build.py
	@touch $(KERNELS)

# Writes both locks anew from pyproject.toml, for every platform and Python that it admits: what is always installed, and
# what the extra adds to it.
COMPILE = uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --quiet \
  --custom-compile-command "make lock" --extra test
lock: ## write both locks anew from pyproject.toml (needs uv)
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --extra extras --constraint requirements.lock --output-file requirements-extras.lock \
	  $$(sed -n 's/^\([A-Za-z0-9._-]*\)==.*/--no-emit-package \1/p' requirements.lock)

# The documents as a site in site/ (needs the extra: make extras). A link that leads nowhere ends the build.
site: $(KERNELS) ## the documents as a site in site/ (needs make extras)
	@NO_MKDOCS_2_WARNING=1 $(VENV)/bin/python -m mkdocs build
	@echo "site/index.html"
