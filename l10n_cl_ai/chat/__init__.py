"""The assistant: what it is shown and may use, how its answers are written and checked (never imports odoo)."""
