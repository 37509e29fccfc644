"""Money, limits, cache and claims as rows of PostgreSQL: one statement each, by the server's clock."""
