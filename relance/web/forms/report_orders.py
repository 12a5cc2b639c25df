"""The form of the monthly report: one more address."""

from wtforms import StringField

from relance.web.forms.base import Filled, PageForm, options
from relance.web.forms.fields import AtMost, ChoiceField
from relance.web.labels import N_
from relance.web.labels.customers import LANGUAGE_NAMES


class OrderForm(PageForm):
    """Who receives the report, and in which language."""

    refused_at = {"report.address": "email", "report.known_address": "email", "report.language": "langue"}

    email = StringField(
        N_("E-mail address"), [Filled(), AtMost(200)], render_kw={"type": "email", "autocomplete": "off"}
    )
    langue = ChoiceField(N_("Language of the report"), choices=options(LANGUAGE_NAMES), default="fr")
