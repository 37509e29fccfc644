# Everything here does its own set-up, in the ignored folder .dev. The work is in dev/.
.DEFAULT_GOAL := help
.PHONY: demo test lint bench screenshots clean help
export PORT PYTHON AI SII

demo: ## Odoo with the addon and its demo documents, in the foreground (PORT=8069; AI=standin simulates the AI; SII=real)
	@python3 dev/demo

test: ## every test: pure, ORM, HTTP, tours, hoot, Odoo's own lint, the log
	@python3 dev/suite

lint: ## ruff, odoo-linter, pylint-odoo, prettier, eslint, manifestoo
	@python3 dev/lint

bench: ## measure against peers and floors (NAME=dte|gateway|review|suggest|chat|sii|ops)
	@python3 dev/python bench/run.py $(NAME)

screenshots: ## the screens of the README, from the demo
	@python3 dev/screenshots.py

clean: ## remove everything these made: databases, Odoo, environments
	@python3 dev/clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20
