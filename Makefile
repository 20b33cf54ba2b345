# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0

# A thin front: the build is CMake's (CMakePresets.json). Each target installs what is missing, then builds, then does its job.
#
#   MACHINE=my.json   builds your own machines beside the presets (see config/machines.json)
#   PORTABLE=1        builds for any 64-bit processor (chosen by itself where AVX2 and FMA are missing)
#   JOBS=N            processes at once (default: one per core)
#   LIBERTY=FILE      cells of a technology for `make area`
#   JSON=FILE         where `make bench` also writes its figures

JOBS ?= $(shell nproc)
PORTABLE ?= $(if $(shell grep -m1 -w avx2 /proc/cpuinfo | grep -w fma),,1)
PRESET := $(if $(filter-out 0,$(PORTABLE)),portable,release)
BUILD := $(if $(filter-out 0,$(PORTABLE)),build-portable,build)
HALFBYTE := $(BUILD)/halfbyte
LAYER := builtin:resnet50/layer2.0.conv2

# Always given, so that leaving MACHINE out brings the presets back.
CONFIGURE := -DHB_MACHINE=$(if $(MACHINE),$(abspath $(MACHINE)))

.DEFAULT_GOAL := help
.PHONY: help dependencies configure build command build-asan run test report screenshot timing bench bench-units pareto profile soak lint prove synth area area-check faults fuzz format coverage clean

help: ## list the targets
	@echo "Halfbyte: an int4/int8 systolic-array accelerator, simulated to the bit and the cycle."
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-16s %s\n", $$1, $$2 }'
	@echo
	@sed -n 's/^#   \([A-Z]*=\)/  \1/p' Makefile

dependencies:
	@.ci/install-dependencies

configure: dependencies
	@cmake --preset $(PRESET) $(CONFIGURE) --log-level=WARNING

build: configure ## build everything (build/halfbyte is the command)
	@cmake --build $(BUILD) -j $(JOBS)

command: configure
	@cmake --build $(BUILD) -j $(JOBS) --target halfbyte

# edge suits 16 channels better than base; the last one is a layer that fills base.
NETWORKS := sw/networks
run: command ## verify shipped networks in lockstep at each precision on images of theirs, and a layer of ResNet-50
	@set -e; for bits in w8a8 w4a8 mostly-w4a4 w4a4; do \
	  echo "$(NETWORKS)/resnet8_w16_$$bits.onnx"; \
	  $(HALFBYTE) verify $(NETWORKS)/resnet8_w16_$$bits.onnx --preset edge --input $(NETWORKS)/images.npy --labels $(NETWORKS)/labels.npy --images 4; \
	  echo; \
	done
	$(HALFBYTE) verify $(LAYER) --preset base --bits w8a8

build-asan: dependencies
	@cmake --preset asan $(CONFIGURE) -DHB_PORTABLE=$(if $(filter-out 0,$(PORTABLE)),ON,OFF) --log-level=WARNING
	@cmake --build build-asan -j $(JOBS)

# One ctest run over both builds: one summary, and both cores stay busy.
test: build build-asan ## build and run all tests; the fast ones also under the sanitizers
	@mkdir -p build-test
	@printf 'subdirs("%s" "%s")\n' $(CURDIR)/$(BUILD) $(CURDIR)/build-asan > build-test/CTestTestfile.cmake
	@ctest --test-dir build-test -j $(JOBS) --output-on-failure

# Made by formula, in a second: no simulation.
REPORT := $(BUILD)/report
report: command ## make an HTML report that compares ResNet-50 at w8a8 and mostly-w4a4: build/report/report.html
	@mkdir -p $(REPORT)
	@$(HALFBYTE) estimate builtin:resnet50 --quiet --json $(REPORT)/w8a8.json
	@$(HALFBYTE) estimate builtin:resnet50 --bits mostly-w4a4 --residual 4 --quiet --json $(REPORT)/mostly-w4a4.json
	@$(HALFBYTE) report $(REPORT)/w8a8.json $(REPORT)/mostly-w4a4.json -o $(REPORT)/report.html
	@echo "$(REPORT)/report.html"

screenshot: report ## draw the top of that report as docs/report.png (installs Chromium)
	@.ci/install-dependencies chromium
	@.ci/screenshot $(REPORT)/report.html docs/report.png 1280,1250

bench: build ## measure whole networks: speed, time, memory by engine, depth and array, beside other simulators (JSON=FILE too)
	@.ci/bench $(HALFBYTE) --json "$(JSON)"

# 1.8 M cycles at int8 with the array busy 99 %: long enough to measure.
BENCH_LAYER := builtin:conv:256x56x56:256x3x3:p1
bench-units: build ## measure cycles per second: array, lanes, whole chip, lockstep; int8 and int4 (base preset, one core)
	@$(BUILD)/tests/rtl/rtl_bench
	@set -e; for bits in w8a8 w4a4; do \
	  for on in rtl systemc lockstep; do \
	    line=$$($(HALFBYTE) run $(BENCH_LAYER) --preset base --bits $$bits --on $$on); \
	    printf '%-9s %s  %s\n' $$on $$bits "$$(echo "$$line" | tail -n 1)"; \
	  done; \
	done

# The imported networks are those of ONNX Runtime's own quantizer, which is installed if need be, as for `make test`.
TIMING_PRESETS ?= tiny edge base
timing: build ## whole networks on every preset and several memories: formula = SystemC = RTL, figure by figure
	@.ci/onnx-environment tests/onnx/real_tool.py --output $(BUILD)/onnx-cases/tool --seed 1 >/dev/null
	@set -e; for preset in $(TIMING_PRESETS); do \
	  $(BUILD)/tests/timing/timing_table --preset $$preset --jobs $(JOBS) $(BUILD)/onnx-cases/tool/*/model.onnx; \
	done

pareto: command ## accuracy of the shipped family on 10,000 images against cycles and energy, and who is Pareto-optimal
	@.ci/onnx-environment $(NETWORKS)/generate.py --count 10000 --keep build/networks
	$(HALFBYTE) sweep $(NETWORKS)/family.yaml -o build/pareto --jobs $(JOBS)
	$(HALFBYTE) report build/pareto/sweep.json -o build/pareto/report.html

profile: build ## where an RTL simulation's time goes, by module, int8 and int4 (needs perf: Debian's linux-perf)
	@for bits in w8a8 w4a4; do \
	  echo "$$bits"; .ci/profile-rtl $(BUILD) -- $(HALFBYTE) run $(BENCH_LAYER) --preset base --bits $$bits --on rtl; \
	done

SEEDS ?= 1000
soak: build ## compare SEEDS=N random programs in lockstep (default 1000)
	$(BUILD)/tests/sim/random_programs --seeds $(SEEDS)

lint: configure ## lint the RTL with every machine's parameters, check formatting and source rules
	@cmake --build $(BUILD) --target lint_rtl
	@.ci/check-sources

prove: dependencies ## prove that queues and tokens never over- or underflow, and the PE's structural product
	@.ci/prove
	@.ci/prove --mutate

SYNTH_MACHINE ?= tiny
synth: dependencies ## synthesize the whole chip with Yosys: cells, flip-flops, memory bits, levels of logic
	@.ci/synthesize $(SYNTH_MACHINE)

# Debian's Yosys brings the abc that maps to cells. Nothing else needs it, so it is no dependency of the build.
LIBERTY ?=
area: dependencies ## gate equivalents by module and per PE, prices of int4 and float32 (LIBERTY=FILE: square micrometres too)
	@.ci/install-dependencies yosys
	@LIBERTY='$(LIBERTY)' .ci/area

area-check: dependencies ## the fast part of `make area`: PEs' netlists = hb_array, LIBERTY files good and bad
	@.ci/install-dependencies yosys
	@.ci/area-test

faults: dependencies ## plant faults in the RTL, one at a time: each must be caught
	@.ci/plant-faults

# Seeds are the importer's tests' models; what is found stays in build-fuzz/corpus. A finding is a file crash-*, leak-* or timeout-*.
FUZZ_SECONDS ?= 600
fuzz: dependencies ## fuzz the ONNX importer under the sanitizers for FUZZ_SECONDS (600), guided by coverage
	@cmake --preset fuzz -DHB_PORTABLE=$(if $(filter-out 0,$(PORTABLE)),ON,OFF) --log-level=WARNING
	@cmake --build build-fuzz -j $(JOBS)
	@build-fuzz/tests/fuzz/import_seeds build-fuzz/seeds
	@mkdir -p build-fuzz/corpus
	@cd build-fuzz && tests/fuzz/import_fuzz corpus seeds -max_total_time=$(FUZZ_SECONDS) -max_len=65536 -timeout=20 -rss_limit_mb=2048 \
	  -verbosity=0 -print_funcs=0 -print_final_stats=1

format: dependencies ## format all C++ sources in place
	@git ls-files -co --exclude-standard '*.cpp' '*.hpp' | xargs clang-format -i

coverage: dependencies ## line and toggle coverage of the RTL under the lockstep tests, by module, with a reason for every hole
	@cmake --preset coverage $(CONFIGURE) -DHB_PORTABLE=$(if $(filter-out 0,$(PORTABLE)),ON,OFF) --log-level=WARNING
	@cmake --build build-coverage -j $(JOBS) --target random_programs --target sim_lockstep
	@cmake --build build-coverage --target coverage

clean: ## remove everything that was built
	rm -rf build build-portable build-asan build-coverage build-debug build-test build-faults build-fuzz build-formal build-synthesis build-area build-tools
