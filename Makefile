# The commands of the workbook. Each does all of its own set-up.
#   make start          the course in the browser (PORT=8866)
#   make room           a room for participants (NAME=kigali PORT=8866)
#   make lab            the course in JupyterLab (PORT=8867)
#   make test           all tests, in under 15 minutes on two cores
#   make check          everything before a commit: format, lint, types, import rules, derived files, tests
#   make bench          speed and size beside the stock tools, as ratios
#   make soak           the longer trials
#   make build          the derived files
#   make frontend       what a lesson's page loads into the browser, from frontend/ (needs Node)
#   make words          the words of the interface for translators (src/workbook/locales/workbook.pot)
#   make lock           new pinned versions (requirements*.lock)
#   make clean          removes what was installed and what is derived and not committed

PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
PYTHON := python
else
BIN := .venv/bin
endif
# Three at a time on two cores, since many tests wait for servers and browsers.
WORKERS ?= 3
TESTS := -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not soak"

# Hundreds of processes of a run share what Python compiled, also where the machine says to keep nothing.
test check bench soak: export PYTHONDONTWRITEBYTECODE :=
# The longer trials and the benches are for the browser that people have.
bench soak: export CHROMIUM ?= chromium

.PHONY: start room lab test check bench soak build frontend words lock clean setup setup-dev debian

start: setup
	@$(BIN)/workbook start $(if $(PORT),--port $(PORT)) $(ARGS)

room: setup
	@$(BIN)/workbook room $(if $(NAME),--name $(NAME)) $(if $(PORT),--port $(PORT)) $(ARGS)

lab: setup
	@$(BIN)/workbook lab $(if $(PORT),--port $(PORT)) $(ARGS)

test: setup-dev debian
	$(BIN)/python $(TESTS) $(ARGS)

check: setup-dev debian
	$(BIN)/ruff format --check src tests bench
	$(BIN)/ruff check src tests bench
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/workbook check
	$(BIN)/python $(TESTS) $(ARGS)

bench: setup-dev debian
	$(BIN)/python bench/run.py $(ARGS)

soak: setup-dev debian
	$(BIN)/python -m pytest -m soak $(ARGS)

build: setup
	@$(BIN)/workbook build $(ARGS)

frontend:
	@cd frontend && npm ci --silent && npm run --silent build

words: setup
	@mkdir -p src/workbook/locales
	@$(BIN)/pybabel --quiet extract --mapping=.ci/babel.cfg --no-location --sort-output \
	  --keywords=_ --keywords=ngettext:1,2 --project=partnering-workbook --output-file=src/workbook/locales/workbook.pot src/workbook
	@echo "The words of the interface are in src/workbook/locales/workbook.pot"

lock: setup-dev
	$(BIN)/python .ci/lock.py

setup:
	@$(PYTHON) src/workbook/setup.py

setup-dev:
	@$(PYTHON) src/workbook/setup.py --dev

debian:
	@.ci/debian

clean:
	rm -rf .venv build dist frontend/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
