"""The SII's schemas, loaded by a system administrator from the archives that the SII publishes."""

import base64

from lxml import etree

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from ..dte.schema import Generation, Refused, SchemaSet
from ..dte.schema_files import read_archive

#: Root elements whose schema a set may bring.
ROOTS = ("DTE", "EnvioDTE", "EnvioBOLETA")


class AiSchema(models.Model):
    _name = "l10n_cl_ai.schema"
    _description = "SII schemas (XSD)"
    _order = "published_on desc, id desc"

    name = fields.Char(required=True)
    published_on = fields.Date(
        required=True, help="Day the SII published the set. Documents are judged by the newest."
    )
    archive = fields.Binary("ZIP file", attachment=True, required=True)
    archive_name = fields.Char()
    file_names = fields.Text("Files in it", compute="_compute_file_names")
    active = fields.Boolean(default=True)

    @api.depends("archive")
    def _compute_file_names(self):
        for schema in self:
            try:
                files = read_archive(schema._content())
            except Refused:
                files = {}  # being typed; saving it says why not
            schema.file_names = "\n".join(sorted(files))

    @api.constrains("archive")
    def _check_archive(self):
        """Refuse what could not be used later, while the person who loads it is there to mend it."""
        for schema in self:
            try:
                generation = Generation(schema.name, read_archive(schema._content()))
                found = [root for root in ROOTS if generation.schema(root) is not None]
            except Refused as refused:
                raise ValidationError(schema._refusal(refused)) from refused
            except etree.XMLSchemaParseError as error:
                raise ValidationError(
                    self.env._("A file of the archive is not a valid schema: %(error)s", error=str(error)[:300])
                ) from error
            if not found:
                raise ValidationError(
                    self.env._("The archive holds no schema of a DTE (DTE_v10.xsd, EnvioBOLETA_v11.xsd…).")
                )

    def _refusal(self, refused):
        reasons = {
            "archive": self.env._("The file is not a ZIP that can be read: %(detail)s"),
            "size": self.env._("The archive is too large: %(detail)s"),
            "name": self.env._("The archive has a file with a path that is not allowed: %(detail)s"),
            "content": self.env._("The archive has a file that is no schema, or that declares a DTD: %(detail)s"),
            "location": self.env._("A schema asks for a file that is not in the archive: %(detail)s"),
            "empty": self.env._("The archive has no .xsd file.%(detail)s"),
        }
        return reasons[refused.reason] % {"detail": refused.detail}

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def _content(self):
        return base64.b64decode(self.with_context(bin_size=False).archive or b"")

    @api.model
    @ormcache()
    def _schema_set(self):
        """Return the loaded schemas as a ``SchemaSet``, the newest first; None where there are none."""
        # sudo: schemas are public texts of the SII; whoever checks a document needs them.
        schemas = self.sudo().search([("active", "=", True)])
        if not schemas:
            return None
        return SchemaSet.of_archives(*((schema.name, schema._content()) for schema in schemas))
