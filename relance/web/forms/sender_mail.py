"""The form of a sender's own e-mail account: as the firm's, without the sign-in by token."""

from wtforms import StringField

from relance.web.forms.settings_email import MailForm
from relance.web.labels import N_


class SenderMailForm(MailForm):
    """The account that the e-mails of one sender leave through."""

    refused_at = {**MailForm.refused_at, "senders.no_host": "host"}

    sender = StringField(
        N_("E-mail address of this account"),
        description=N_("Reminders leave from it, and customers see it."),
        render_kw={"type": "email", "inputmode": "email"},
    )
