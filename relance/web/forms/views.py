"""The form that names a view of a list."""

from wtforms import HiddenField, StringField

from relance.services.views import LONGEST_NAME
from relance.web.forms.base import Filled, PageForm
from relance.web.forms.fields import AtMost
from relance.web.labels import N_


class ViewForm(PageForm):
    """Its name; the list and its filters travel with it."""

    refused_at = {"view.no_name": "name", "view.long_name": "name"}

    name = StringField(
        N_("Name of the view"), [Filled(), AtMost(LONGEST_NAME)], render_kw={"autocomplete": "off", "maxlength": 60}
    )
    liste = HiddenField()
    filtres = HiddenField()
