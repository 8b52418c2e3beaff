# One command for each purpose. `make verify` and `make test` set up what is missing first.
.PHONY: help setup install test verify console check bench prove exercises clean

help:
	@echo 'make setup    install what is needed (once)'
	@echo 'make install  as root: the lab kernel for all users of this machine'
	@echo 'make verify   emulate the Castres-Mazamet network and judge its targets'
	@echo 'make console  bring that network up live, and show it in the browser'
	@echo 'make test     run make check, then the tests'
	@echo 'make check    ruff, mypy, and the subjects of commits'
	@echo 'make bench    every benchmark, one table each'
	@echo 'make prove    the long proofs: 300 random networks, wrong verdicts, variations of the host, odd environments, mutations, kills, sweeps'
	@echo 'make exercises  prove the exercises of the training room, each with five seeds'
	@echo 'make clean    remove what setup and runs have left in this folder'

setup:
	scripts/setup

# Once built by root, the lab kernel serves every user: their own `make setup` does not compile it.
install: setup
	.venv/bin/twin kernel install

# One worker a core; the tests of a file stay together, since they share what it has measured.
test: check
	.venv/bin/python -m pytest -n logical --dist loadfile --twin-strict \
	    topologies/castres-mazamet.yaml topologies/minimal.yaml tests

verify: setup
	.venv/bin/twin verify topologies/castres-mazamet.yaml

# PORT: of the loopback address; 0 for a free one.
PORT ?= 0
console: setup
	.venv/bin/twin console --port $(PORT) topologies/castres-mazamet.yaml

check: setup
	.venv/bin/ruff check .
	.venv/bin/mypy
	scripts/check-commits

# Every benchmark runs, even after a failed one; the last line says whether all figures were reached.
bench: setup
	@missed=; for file in $$(grep -l '^if __name__' benchmarks/[a-z]*.py benchmarks/*/__main__.py | grep -v -e certificate -e predictions -e coverage -e host_variations -e environments -e kills -e mutations -e sweeps -e exercises); do \
	    name=$$(basename $${file%/__main__.py} .py); \
	    echo "== $$name"; .venv/bin/python -m benchmarks.$$name || missed="$$missed $$name"; \
	done; [ -z "$$missed" ] || { echo "figures missed:$$missed" >&2; exit 1; }

prove: setup
	@missed=; for name in certificate predictions coverage host_variations environments mutations kills sweeps; do \
	    echo "== $$name"; .venv/bin/python -m benchmarks.$$name || missed="$$missed $$name"; \
	done; echo "== exercises"; $(MAKE) exercises || missed="$$missed exercises"; \
	[ -z "$$missed" ] || { echo "figures missed:$$missed" >&2; exit 1; }

# Every claim of every exercise, with each draw and five seeds.
exercises: setup
	.venv/bin/twin train prove --seeds 5 exercises/*.yaml

clean:
	rm -rf .venv .setup runs build *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
