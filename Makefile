# Targets of KVCachePool; "make" alone lists them. Nothing here needs root.
SHELL := /bin/bash
MVN := scripts/mvn
FAST := -DskipTests -DskipGates
# While you work the formatter runs itself; in CI it only checks.
GATES := $(if $(CI),-Dspotless.goal=check)
TRACE ?= conversation

.PHONY: help build demo demo-engine check test test-long test-gpu bench-operator bench-tools bench-store bench-limit bench-eviction bench-disk bench-index bench-blend bench-routing bench-log bench-forwarded bench-picker bench-tokens bench-lmcache bench-mooncake check-engines test-lmcache images sbom krew cluster cluster-down test-cluster test-olm check-native fmt clean tools

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

build: ## build the programs, without analysis and tests
	@echo "building (the first time downloads the libraries; a few minutes) ..."
	@scripts/with-progress $(MVN) package $(FAST) -T 1C
	@scripts/train-aot

demo: build ## run the main job on a real trace: TRACE=synthetic for the other one, KEEP=1 to leave it running, FAULT=kill_node, PEERS=1, GATEWAY=envoy, AGAINST=none for the adverts pass alone, CLUSTER=1 on the cluster of make cluster
	@bin/demo --trace $(TRACE) $(if $(CLUSTER),--cluster) $(if $(GATEWAY),--gateway $(GATEWAY)) $(if $(KEEP),--keep) $(if $(PEERS),--peers) $(if $(FAULT),--fault $(FAULT)) $(if $(AGAINST),--against $(AGAINST))

demo-engine: build ## real inference on the CPU, with a pool and without: time to the first token; QUICK=1, flags as DEMO="--workloads few_shot"
	@bin/demo-engine $(if $(QUICK),--quick) $(DEMO)

check: ## units, goldens and gates
	scripts/check-tree
	$(MVN) -q verify -DskipITs $(GATES)

test: tools ## check, integration tests and a short demo
	@scripts/kmini begin
	@scripts/package-tools begin
	scripts/check-tree
	$(MVN) verify $(GATES)
	scripts/check-native $(GATES)
	scripts/test-docs

test-long: tools ## soak, large workloads, long outages
	$(MVN) verify -Dgroups=long -DexcludedGroups= $(GATES)

test-gpu: ## the GPU tier's tests on a GPU: needs NVIDIA's driver
	@scripts/test-gpu

bench-operator: ## how long from a pool to all its children, over 50 pools on a real API server; then a thousand pools at once
	$(MVN) -q verify -DskipGates -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dit.test=OperatorBench,ThousandPoolsBench -Dfailsafe.failIfNoSpecifiedTests=false -DexcludedGroups=
	@cat target/bench/operator.json target/bench/pools.json

bench-eviction: ## hit ratios of the eviction policies on the traces, through the real tier
	@$(MVN) -q package -pl bench -am $(FAST)
	@bin/bench eviction

bench-tools:
	@scripts/bench-tools

bench-store: build bench-tools ## GET and SET beside redis, memcached, nginx, Infinispan: QUICK=1, or flags as BENCH="--sizes 2Mi"
	@bin/bench store $(if $(QUICK),--quick) $(BENCH)

bench-limit: build bench-tools ## puts far beyond the memory limit, beside redis and memcached: flags as BENCH="--limit 1Gi"
	@bin/bench limit $(BENCH)

bench-disk: build bench-tools ## the disk tier beside fio: flags as BENCH="--folder /mnt/disk"
	@bin/bench disk $(BENCH)

bench-index: ## the prefix index on workload W1, beside the fastest public ones where they lie in ../shared: QUICK=1
	@$(MVN) -q package -pl bench -am $(FAST)
	@bin/bench index $(if $(QUICK),--quick) $(BENCH)

bench-blend: ## stored chunks found anywhere in a prompt of 100,000 tokens, among a million: QUICK=1 for 100,000
	@$(MVN) -q package -pl bench -am $(FAST)
	@bin/bench blend $(if $(QUICK),--quick) $(BENCH)

bench-picker: tools ## what the endpoint picker adds to a request through stock Envoy
	@$(MVN) -q verify -pl router -am -DskipGates -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dit.test=PickerBench -Dfailsafe.failIfNoSpecifiedTests=false
	@echo "in target/bench/picker.json, too"

bench-tokens: ## tokens and block hashes of a 100,000-token chat's next turn, beside Hugging Face's own library
	@$(MVN) -q package -pl bench -am $(FAST)
	@bin/bench tokens $(BENCH)

bench-routing: ## the picker on the traces in virtual time, beside a public simulator's policies where it lies in ../shared: QUICK=1
	@$(MVN) -q package -pl bench -am $(FAST)
	@bin/bench routing $(if $(QUICK),--quick) $(BENCH)

bench-forwarded: build ## a Pooled pool of two nodes: GETs at a value's home and through the other node
	$(MVN) -q verify -pl e2e -am -DskipGates -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dit.test=ForwardedBench -Dfailsafe.failIfNoSpecifiedTests=false -DexcludedGroups=
	@cat target/bench/forwarded.json

bench-log: build ## 10 M adverts to a ready router, then stored to visible under load: QUICK=1 for 1 M
	$(MVN) -q verify -pl e2e -am -DskipGates -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dit.test=AdvertLogBench -Dfailsafe.failIfNoSpecifiedTests=false -DexcludedGroups= $(if $(QUICK),-Dbench.rows=1000000)
	@cat target/bench/log.json

bench-mooncake: build ## Mooncake's Store over TCP beside a cache-node, 2 MiB, through their Python clients
	@scripts/engine-tools mooncake
	@PYTHONPATH=clients/python/src target/mooncake/bin/python bench/mooncake/measure.py $(BENCH)

bench-lmcache: build ## LMCache's own server and clients beside a cache-node; installs LMCache with PyTorch, 6.5 GB
	@scripts/engine-tools
	@PYTHONPATH=clients/python/src target/engines/bin/python bench/lmcache/measure.py $(BENCH)

check-engines: build ## the Python adapters under LMCache's and SGLang's own classes; installs both with PyTorch, 6.5 GB
	@scripts/engine-tools
	@scripts/check-engines

test-lmcache: build ## LMCache itself, without a GPU, against cache-nodes, a broker and a router; installs it with PyTorch, 6 GB
	@scripts/test-lmcache

images: build ## container images of the programs in target/images, without Docker
	@scripts/images

sbom: images ## what is in each image, as CycloneDX: target/images/<name>.cdx.json; asks Maven's repository
	$(MVN) -q org.cyclonedx:cyclonedx-maven-plugin:makeBom -pl operator,cache-node,router -am
	@scripts/images sbom

krew: build ## the kubectl plugin as Krew installs it: target/krew; KREW_URI says where its archive will lie
	@scripts/krew

cluster: images ## a real cluster of one node on this machine, with the operator; needs root, no Docker
	@scripts/cluster up

cluster-down: ## take that cluster away
	@scripts/cluster down

test-cluster: images ## the pods on a real kubelet: operator, broker and a pool, from their installation to their end; needs root
	@scripts/cluster start
	$(MVN) -q verify -pl e2e -am -DskipGates -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dit.test='Pods*IT' -Dfailsafe.failIfNoSpecifiedTests=false -Dgroups=cluster -DexcludedGroups=
	@scripts/cluster down

test-olm: images ## the bundle installed, upgraded and taken away by OLM itself on a real kubelet; needs root, builds OLM the first time
	@scripts/cluster start
	@scripts/olm-images
	$(MVN) -q verify -pl e2e -am -DskipGates -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dit.test=OlmIT -Dfailsafe.failIfNoSpecifiedTests=false -Dgroups=olm -DexcludedGroups=
	@scripts/cluster down

check-native: ## what a native compiler would be given of the operator: nothing is compiled
	@scripts/check-native

tools: ## what the tests need besides the JDK: names what is missing, makes a Python environment
	@scripts/test-tools

fmt: ## format the sources
	$(MVN) -q spotless:apply

clean: ## delete what was built
	@[ ! -f target/cluster/pid ] || scripts/cluster down
	$(MVN) -q clean
	rm -rf target
