"""The house: how any Debian-like machine gets Odoo 19 and all that this addon's demo and tests need.

Standard library only, and only Python that old interpreters can read, for this runs before anything is installed and
must be able to say "this Python is too old". Everything it makes lies in the ignored folder `.dev` of the checkout.
"""
