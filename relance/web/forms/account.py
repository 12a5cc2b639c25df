"""Forms of signing in, the first account, one's own account, and the people an owner adds."""

from wtforms import BooleanField, PasswordField, SelectField, StringField

from relance.services.accounts import Role
from relance.web.forms.base import Filled, PageForm, options
from relance.web.forms.fields import AtMost
from relance.web.labels import N_
from relance.web.labels.accounts import ROLES

LANGUAGES = {"fr": "Français", "en": "English"}
ROLE_NAMES = {role.value: ROLES[role] for role in Role}
PASSWORD_HINT = N_("At least 12 characters. A short phrase will do.")
PASSWORD_CODES = dict.fromkeys(
    ("account.password_short", "account.password_long", "account.password_common"), "password"
)
EMAIL_CODES = dict.fromkeys(("account.exists", "account.bad_email"), "email")


class SignInForm(PageForm):
    """Who are you?"""

    email = StringField(
        N_("E-mail address"), [Filled()], render_kw={"autocomplete": "username", "type": "email", "inputmode": "email"}
    )
    password = PasswordField(N_("Password"), [Filled()], render_kw={"autocomplete": "current-password"})


class WelcomeForm(PageForm):
    """The first account."""

    refused_at = {**PASSWORD_CODES, **EMAIL_CODES}

    language = SelectField(N_("Language of the screens"), choices=options(LANGUAGES))
    name = StringField(N_("Your name"), [Filled()], render_kw={"autocomplete": "name"})
    email = StringField(
        N_("E-mail address"), [Filled()], render_kw={"autocomplete": "email", "type": "email", "inputmode": "email"}
    )
    password = PasswordField(
        N_("Password"), [Filled()], description=PASSWORD_HINT, render_kw={"autocomplete": "new-password"}
    )


class ProfileForm(PageForm):
    """One's own name."""

    name = StringField(
        N_("Your name"), [AtMost(100)], description=N_("Relance greets you by it."), render_kw={"autocomplete": "name"}
    )


class PasswordForm(PageForm):
    """One's own new password."""

    refused_at = {**PASSWORD_CODES, "account.wrong_password": "old"}

    old = PasswordField(N_("Present password"), [Filled()], render_kw={"autocomplete": "current-password"})
    password = PasswordField(
        N_("New password"), [Filled()], description=PASSWORD_HINT, render_kw={"autocomplete": "new-password"}
    )


class NewUserForm(PageForm):
    """A person an owner adds."""

    refused_at = {**PASSWORD_CODES, **EMAIL_CODES, "account.wrong_password": "own"}

    email = StringField(
        N_("E-mail address"), [Filled()], render_kw={"autocomplete": "off", "type": "email", "inputmode": "email"}
    )
    name = StringField(N_("Name"), render_kw={"autocomplete": "off"})
    role = SelectField(N_("Role"), choices=options(ROLE_NAMES), default=Role.MEMBER.value)
    password = PasswordField(
        N_("First password"), [Filled()], description=PASSWORD_HINT, render_kw={"autocomplete": "new-password"}
    )
    own = PasswordField(N_("Your own password"), [Filled()], render_kw={"autocomplete": "current-password"})


class AccessForm(PageForm):
    """What a person may do from now on."""

    role = SelectField(N_("Role"), choices=options(ROLE_NAMES))
    active = BooleanField(N_("May sign in"))
