"""What upgrades of the addon share (``migrations/``)."""

from lxml import etree

from odoo.tools import SQL, file_path

_DATA = "l10n_cl_ai/data/ai_feature_data.xml"


def renew_feature(env, name, let_leave):
    """Let a feature say what it sends as of this version, so that each company is asked again.

    The records of features are an administrator's, and updates leave them alone. What they say of the data must be true
    all the same.

    :param name: of the record in our data
    :param let_leave: fields that the version before let leave, None where that did not change; a list that an
        administrator has changed stays his
    """
    feature = env.ref(f"l10n_cl_ai.{name}", raise_if_not_found=False)
    if not feature:
        return
    delivered = etree.parse(file_path(_DATA))
    if let_leave is not None and feature._allowed() == let_leave:
        feature.allowed_fields = _text(delivered, name, "allowed_fields")
    env.flush_all()
    # In all languages: translations of what it said before must not stand beside it.
    for field in ("data_sent", "description"):
        env.cr.execute(
            SQL("UPDATE l10n_cl_ai_feature SET %s = jsonb_build_object('en_US', %s::text) WHERE id = %s",
                SQL.identifier(field), _text(delivered, name, field), feature.id)
        )  # fmt: skip
    env.invalidate_all()


def _text(delivered, name, field):
    [found] = delivered.xpath("//record[@id=$record]/field[@name=$field]", record=name, field=field)
    return found.text
