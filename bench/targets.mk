# Figures: what each command prints stands in docs/measuring.md. BENCH_ARGS goes to the command as it is.

BENCHES := bench bench-lists bench-pages bench-memory bench-upload bench-kill bench-hosts bench-outage bench-backup bench-render bench-validation
.PHONY: $(BENCHES)

# Documents per second: BENCH_ARGS="--backends embedded --documents 1000 --waiting 10000"
bench: tools
	@scripts/system_packages.sh redis postgresql
	@$(BIN)/python -m bench.throughput $(BENCH_ARGS)

SIZES ?= 1k,1M
bench-lists: tools
	@scripts/system_packages.sh postgresql
	@$(BIN)/python -m bench.lists --sizes $(SIZES) $(BENCH_ARGS)

bench-pages bench-memory bench-upload: bench-%: tools
	@scripts/system_packages.sh redis postgresql
	@$(BIN)/python -m bench.$* $(BENCH_ARGS)

# Kills all that can be killed while documents travel: BACKEND=embedded|postgres DOCUMENTS= KILLS= SEED=
bench-kill: tools
	@scripts/system_packages.sh redis postgresql
	@$(BIN)/python -m bench.kill

# Cuts a host off the network in the middle of its work.
bench-hosts: tools
	@scripts/system_packages.sh redis postgresql hosts
	@$(BIN)/python -m bench.hosts

# Takes the queue and the database away for a minute each; SECONDS_AWAY=15 for less.
SECONDS_AWAY ?= 60
bench-outage: tools
	@scripts/system_packages.sh redis postgresql
	@$(BIN)/python -m bench.outage --seconds $(SECONDS_AWAY)

bench-backup: tools
	@scripts/system_packages.sh backup
	@$(BIN)/python -m bench.backup $(BENCH_ARGS)

# Invoices as PDF: BENCH_ARGS=--profile says where the time goes.
bench-render: tools
	@scripts/system_packages.sh pdf
	@$(BIN)/python -m bench.render $(BENCH_ARGS)

# Our rules of EN 16931 against SaxonC: BENCH_ARGS="--sizes 1,100"
bench-validation: tools
	@$(BIN)/python -m bench.validation $(BENCH_ARGS)
