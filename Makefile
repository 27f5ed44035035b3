# Short names for dev.py, which does its own set-up.
PYTHON ?= python3
.DEFAULT_GOAL := help

.PHONY: help test check demo bench docs docs-serve fuzz messages deployment goldens stories
help: ## Say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'
test: ## Run the tests
	@$(PYTHON) dev.py test
check: ## Lint, format check, strict types, message catalogues
	@$(PYTHON) dev.py check
demo: ## Deliver the example repository
	@$(PYTHON) dev.py demo
bench: ## Run the benchmarks (ratios, side by side)
	@$(PYTHON) dev.py bench
docs: ## Build the documentation site into site/; a broken link fails
	@$(PYTHON) dev.py docs build
docs-serve: ## Look at the documentation while you write it
	@$(PYTHON) dev.py docs serve
stories: ## Play the tutorial's stories and rewrite their pages
	@$(PYTHON) dev.py stories
fuzz: ## Run the property tests with new random examples
	@$(PYTHON) dev.py fuzz
messages: ## Extract, update and compile the French catalogue
	@$(PYTHON) dev.py messages
deployment: ## Write our own Dockerfile, manifests, monitoring and release from devops.yaml
	@$(PYTHON) dev.py deployment
goldens: ## Rewrite goldens and snapshots
	@$(PYTHON) dev.py goldens
