"""Telling people, and programs, that an alert fired or is over."""

from markupsafe import Markup

from odoo import fields, models

_ACTIVITY = "mail.mail_activity_data_warning"


class AiAlert(models.Model):
    _inherit = "l10n_cl_ai.alert"

    # -- whom ------------------------------------------------------------------------------------------

    def _receivers(self):
        """Return who is told: the chosen people and group, as far as they work in the company, else its managers."""
        self.ensure_one()
        # sudo: res.users - who works where; names are all that is shown of them
        alert = self.sudo()
        chosen = (alert.user_ids | alert.group_id.all_user_ids).filtered(
            lambda user: user.active and not user.share and alert.company_id in user.company_ids
        )
        return chosen or alert.env["l10n_cl_ai.budget"]._managers(alert.company_id)

    # -- what ------------------------------------------------------------------------------------------

    def _tell_fired(self, event):
        """Tell that it fires, and write down who was told."""
        users, told = self._receivers(), {"told_at": fields.Datetime.now()}
        if self.by_activity:
            told["activity_user_ids"] = [fields.Command.set(self._give_activities(users, event).ids)]
        if self.by_email:
            told["email_user_ids"] = [fields.Command.set(self._mail(users, event, over=False).ids)]
        if self.by_webhook:
            told["delivery_ids"] = [fields.Command.set(self._hook("alert.fired", event).ids)]
        event.write(told)

    def _tell_cleared(self, event):
        """Tell those who were told that it fired that it is over."""
        self._end_activities(self.env._("It is over."))
        if event.email_user_ids:
            self._mail(event.email_user_ids.filtered("active"), event, over=True)
        if self.by_webhook:
            event.delivery_ids |= self._hook("alert.cleared", event)

    def _tell_not_measured(self):
        """Tell that it could not be measured: nobody must take silence for health."""
        for user in self._receivers():
            alert = self.with_context(lang=user.lang)
            summary = alert.env._("Not measured: %(alert)s", alert=alert.display_name)
            note = alert.env._("An alert cannot be measured, so it would not fire. The log of the server says why.")
            alert._give_activity(user, summary, Markup("<p>%s</p>") % note)

    # -- by activity -----------------------------------------------------------------------------------

    def _give_activities(self, users, event):
        for user in users:
            alert = self.with_context(lang=user.lang)
            lines = alert._lines(event.with_context(lang=user.lang))
            note = Markup().join(Markup("<p>%s</p>") % line for line in lines)
            alert._give_activity(user, alert._subject(over=False), note)
        return users

    def _give_activity(self, user, summary, note):
        """Give a user one activity, on the alert or, where he may not read it, on no record: what hangs on a contact
        is read by all who read the contact, in other companies too. Never a second one."""
        # As he would look at it: whoever measures by hand may work in companies that he does not.
        theirs = self.with_user(user).sudo(False).with_context(allowed_company_ids=self.company_id.ids)
        # sudo: res.users - where no manager works in the company, one of the system is told, who may not either
        works_there = self.company_id in user.sudo().company_ids
        record = self if works_there and theirs.has_access("read") else None
        # sudo: mail.activity - one of ours, of this alert
        activities = self.env["mail.activity"].sudo()
        place = [("res_model", "=", self._name), ("res_id", "=", self.id)] if record else [("res_model", "=", False)]
        standing = activities.search([*place, ("user_id", "=", user.id), *self._our_activities()], limit=1)
        values = {"note": note, "summary": summary, "date_deadline": fields.Date.context_today(self)}
        if standing:
            standing.write(values)
        elif record:
            record.activity_schedule(_ACTIVITY, user_id=user.id, l10n_cl_ai_alert_id=self.id, **values)
        else:
            kind = self.env.ref(_ACTIVITY)
            activities.create({**values, "activity_type_id": kind.id, "user_id": user.id,
                               "l10n_cl_ai_alert_id": self.id})  # fmt: skip

    def _our_activities(self):
        return [("l10n_cl_ai_alert_id", "=", self.id)]

    def _end_activities(self, feedback):
        """Mark as done what was given, wherever it hangs."""
        # sudo: mail.activity - of this alert, whoever got them
        activities = self.env["mail.activity"].sudo().search(self._our_activities())
        activities.action_feedback(feedback=feedback)

    # -- by e-mail -------------------------------------------------------------------------------------

    def _mail(self, users, event, over):
        """Queue an e-mail to each, in his language; Odoo's own queue sends it. Return who has an address."""
        reached = users.filtered("email")
        for user in reached:
            alert = self.with_context(lang=user.lang)
            lines = alert._lines(event.with_context(lang=user.lang), over)
            body = Markup().join(Markup("<p>%s</p>") % line for line in lines)
            link = Markup('<p><a href="%s">%s</a></p>') % (
                f"{alert.get_base_url()}/mail/view?model={alert._name}&res_id={alert.id}", alert.env._("Open in Odoo"))
            # sudo: mail.mail - a message of ours to somebody that the managers chose
            alert.env["mail.mail"].sudo().create(
                {
                    "subject": alert._subject(over),
                    "body_html": body + link,
                    "recipient_ids": [fields.Command.link(user.partner_id.id)],
                    "email_from": alert.company_id.email_formatted or alert.env.user.email_formatted,
                    "auto_delete": True,
                }
            )
        return reached

    # -- by webhook ------------------------------------------------------------------------------------

    def _hook(self, event_name, event):
        """Queue it for the company's webhooks, and return the deliveries."""
        alert = self.with_context(lang=self.company_id.partner_id.lang or "en_US")
        payload = {
            "alert": {"id": alert.id, "kind": alert.kind, "name": alert.display_name},
            "event": event.id,
            "value": alert.value,
            "peak": event.peak,
            "threshold": event.threshold,
            "unit": alert._kinds()[alert.kind].unit,
            "samples": alert.value_samples,
            "of": alert.words or "",
            "words": alert.value_words or "",
            "fired_at": f"{event.fired_at.isoformat()}Z",
            "cleared_at": f"{event.cleared_at.isoformat()}Z" if event.cleared_at else None,
        }
        return self.env["l10n_cl_ai.webhook"]._queue(self.company_id, event_name, payload)

    # -- in words --------------------------------------------------------------------------------------

    def _subject(self, over):
        """Return what it is about, in the language of the context."""
        values = {"alert": self.display_name, "value": self._in_unit(self.value)}
        if over:
            return self.env._("AI over: %(alert)s", alert=values["alert"])
        return self.env._("AI alert: %(alert)s – %(value)s", **values)

    def _lines(self, event, over=False):
        """Return what happened, a line each, in the language of the context."""
        values = {"value": self.value_words, "limit": self._in_unit(event.threshold), "company": self.company_id.name}
        lines = [self.env._("%(company)s: %(value)s, where the limit is %(limit)s.", **values)]
        fired = fields.Datetime.context_timestamp(self.with_context(tz="America/Santiago"), event.fired_at)
        lines.append(self.env._("It fired on %(time)s.", time=fired.strftime("%d-%m-%Y %H:%M")))
        if over:
            peak = self._in_unit(event.peak)
            lines.append(self.env._("It is over. The highest value was %(peak)s.", peak=peak))
        return lines


class MailActivity(models.Model):
    _inherit = "mail.activity"

    # A plain id: an activity may outlive its alert, and hang on somebody's own contact.
    l10n_cl_ai_alert_id = fields.Integer(
        "Alert of the AI", readonly=True, groups=fields.NO_ACCESS, index="btree_not_null"
    )
