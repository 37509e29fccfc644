"""One careful conversation with Claude: pure Python, no Odoo.

Only :mod:`transport` knows the provider's SDK, and loads it in the call, not at import.
"""
