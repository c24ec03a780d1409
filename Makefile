# The commands of the README. Each makes .venv first, from the lock file.
PYTHON ?= python3
VENV := .venv
READY := $(VENV)/ready
KERNELS := $(VENV)/kernels

.PHONY: reproduce test campaign docs validate report tidy benchmark kernels lock site

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

$(READY): requirements.lock pyproject.toml setup.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed and $(PYTHON) is not; name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

# The installation builds the kernels; they are built again where their sources are newer. Without them torch is left,
# and whoever needs them says so.
$(KERNELS): $(READY) src/sculpt/engine/build.py $(wildcard src/sculpt/engine/kernels/*)
	@$(VENV)/bin/python src/sculpt/engine/build.py || true
	@touch $@

kernels: $(READY)
	@$(VENV)/bin/python src/sculpt/engine/build.py
	@touch $(KERNELS)

# Writes requirements.lock anew from pyproject.toml, for every platform and Python that it admits.
lock:
	uv pip compile pyproject.toml --extra test --universal --python-version 3.11 --generate-hashes --quiet \
	  --custom-compile-command "make lock" --output-file requirements.lock

# The documents as a site in site/ (needs the extra: make extras). A link that leads nowhere ends the build.
site: $(KERNELS)
	@NO_MKDOCS_2_WARNING=1 $(VENV)/bin/python -m mkdocs build --quiet
	@echo "site/index.html"
