"""Watching ourselves and telling others; never imports odoo."""
