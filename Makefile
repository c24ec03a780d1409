# The commands of the README. Each makes .venv first, from the lock file.
PYTHON ?= python3
VENV := .venv
READY := $(VENV)/ready
KERNELS := $(VENV)/kernels

.PHONY: reproduce test campaign docs validate report tidy benchmark kernels lock extras torch

reproduce: $(KERNELS)
	@$(VENV)/bin/sculpt reproduce $(if $(EXPERIMENT),--experiment $(EXPERIMENT)) $(if $(PROFILE),--profile $(PROFILE)) \
	  $(if $(STORE),--store "$(STORE)")

test: $(KERNELS)
	@$(VENV)/bin/ruff check
	@$(VENV)/bin/ruff format --check
	@$(VENV)/bin/snakefmt --check Snakefile rules
	@$(VENV)/bin/pytest $(ARGS)

campaign: $(KERNELS)
	@$(VENV)/bin/pytest -m campaign $(ARGS)

docs: $(KERNELS)
	@$(VENV)/bin/sculpt docs

validate: $(KERNELS)
	@$(VENV)/bin/sculpt validate $(if $(EXPERIMENT),--experiment $(EXPERIMENT))

report: $(KERNELS)
	@$(VENV)/bin/sculpt report $(if $(EXPERIMENT),--experiment $(EXPERIMENT))

tidy: $(KERNELS)
	@$(VENV)/bin/sculpt tidy $(if $(EXPERIMENT),--experiment $(EXPERIMENT))

benchmark: $(KERNELS)
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
torch:
	@:

# What tests of exports, notebooks and pages need, and the documentation: the optional extra of pyproject.toml.
extras: $(READY) requirements-extras.lock
	$(INSTALL) --extras

# The installation builds the kernels; they are built again where their sources are newer. Without them torch is left,
# and whoever needs them says so.
$(KERNELS): $(READY) src/sculpt/engine/build.py $(wildcard src/sculpt/engine/kernels/*)
	@$(VENV)/bin/python src/sculpt/engine/build.py || true
	@touch $@

kernels: $(READY)
	@$(VENV)/bin/python src/sculpt/engine/build.py
	@touch $(KERNELS)

# Writes both locks anew from pyproject.toml, for every platform and Python that it admits: what is always installed, and
# what the extra adds to it.
COMPILE = uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --quiet \
  --custom-compile-command "make lock" --extra test
lock:
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --extra extras --constraint requirements.lock --output-file requirements-extras.lock \
	  $$(sed -n 's/^\([A-Za-z0-9._-]*\)==.*/--no-emit-package \1/p' requirements.lock)
