.PHONY: help run test build release check format bench clean image vm e2e e2e-vm fuzz conformance soak check-sanitize

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Install what is missing, build, and run the browser and the daemon until Ctrl-C
	@scripts/run

test: ## Install what is missing and run every test
	@scripts/test

build: ## Build the release binary, .build/release/guest-agent
	@scripts/install-dependencies
	@scripts/build

release: ## Build the release binary and leave it, stripped, in .build/dist
	@scripts/install-dependencies
	@scripts/release

check: ## Check the format of the sources and the rules of the house
	@scripts/install-dependencies --test
	@scripts/check

format: ## Bring the Swift sources into the house's format
	@scripts/format

bench: ## Measure the daemon against other ways to do the same
	@scripts/bench

fuzz: ## Look for inputs that break a parser
	@scripts/install-dependencies
	@scripts/fuzz

conformance: ## Check the daemon's answers to made-up requests against openapi.yaml
	@scripts/conformance

soak: ## Use everything at once for half an hour and see that nothing grows
	@scripts/soak

check-sanitize: ## Run the tests under the address sanitizer
	@scripts/check-sanitize

image: ## Build the container image, guest-agent:headful
	@scripts/install-dependencies --image
	@image/build

vm: ## Build a VM of the image and boot it in QEMU until Ctrl-C
	@scripts/install-dependencies --image
	@image/build
	@image/vm/build
	@image/vm/run

e2e: ## Build the image and test a container of it from outside
	@scripts/install-dependencies --test --image
	@scripts/e2e

e2e-vm: ## Build a VM of the image and test it from outside, snapshots too
	@scripts/install-dependencies --test --image
	@scripts/e2e-vm

clean: ## Remove what was built and what the stack left
	@scripts/clean
