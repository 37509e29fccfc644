"""Reading public pages of the SII and the like; never imports odoo."""
