"""What history and papers say about where a bill belongs. Pure Python: no Odoo, no database, no network."""
