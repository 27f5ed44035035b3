# Short names for dev.py, which does its own set-up.
PYTHON ?= python3
.DEFAULT_GOAL := help

.PHONY: help test check demo bench fuzz messages deployment goldens
help: ## Say what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'
test: ## Run the tests
	@$(PYTHON) dev.py test
check: ## Lint, format check, strict types, message catalogues
	@$(PYTHON) dev.py check
demo: ## Deliver the example repository
	@$(PYTHON) dev.py demo
bench: ## Run the benchmarks (ratios, side by side)
	@$(PYTHON) dev.py bench

fuzz: ## Run the property tests with new random examples
	@$(PYTHON) dev.py fuzz
messages: ## Extract, update and compile the French catalogue
	@$(PYTHON) dev.py messages
deployment: ## Write our own Dockerfile, manifests, monitoring and release from devops.yaml
	@$(PYTHON) dev.py deployment
goldens: ## Rewrite goldens and snapshots
	@$(PYTHON) dev.py goldens
