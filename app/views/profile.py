"""The profile: who I am, what is mailed to me, my password and my sessions."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any
from zoneinfo import available_timezones

from flask import flash, redirect, send_file, session
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user, login_user, logout_user
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.wrappers import Response
from wtforms import BooleanField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app import tenancy
from app.errors import AppError
from app.models import Alert
from app.services import pictures, profiles
from app.services.credentials import SHORTEST_PASSWORD as SHORTEST
from app.services.credentials import Several
from app.views.base import say_no

AT_ONCE = SelectChoice(Alert.AT_ONCE, _("At once"))
OFF = SelectChoice(Alert.OFF, _("Off"))
OFTEN = [AT_ONCE, SelectChoice(Alert.DAILY, _("Once a day")), OFF]
LANGUAGES = [
    SelectChoice("nl", "Nederlands"),
    SelectChoice("en", "English"),
    SelectChoice("fr", "Français"),
    SelectChoice("de", "Deutsch"),
]
UNTRANSLATED = {
    "translate": "no"
}  # by the browser: a zone is known by this name, a language by its own
CONTINENTS = ("Europe", "Africa", "America", "Asia", "Atlantic", "Australia", "Indian", "Pacific")


def _zones() -> list[SelectChoice]:
    named = {zone for zone in available_timezones() if zone.partition("/")[0] in CONTINENTS}
    order = sorted(named, key=lambda zone: (CONTINENTS.index(zone.partition("/")[0]), zone))
    return [SelectChoice(zone, zone.replace("_", " ")) for zone in [*order, "UTC"]]


def _stripped(text: str | None) -> str:
    return (text or "").strip()


class ProfileForm(FlaskForm):
    """What a person may say about themselves."""

    picture = FileField(
        _("New picture"), description=_("PNG, JPEG or WebP, at most 5 MB. We cut out a square.")
    )
    first_name = StringField(
        _("First name"),
        validators=[InputRequired(_("Fill in your first name.")), Length(max=64)],
        filters=[_stripped],
    )
    last_name = StringField(_("Last name"), validators=[Length(max=64)], filters=[_stripped])
    phone = StringField(_("Phone"), validators=[Optional(), Length(max=40)], filters=[_stripped])
    language = SelectField(
        _("Language"),
        choices=LANGUAGES,
        description=_("Of the pages and of the mails to you."),
        render_kw=UNTRANSLATED,
    )
    time_zone = SelectField(_("Time zone"), choices=_zones, render_kw=UNTRANSLATED)
    alert_document = SelectField(
        _("A document or task arrives in my inbox"), choices=[AT_ONCE, OFF]
    )
    alert_request = SelectField(_("I get an invitation or request"), choices=[AT_ONCE, OFF])
    alert_group = SelectField(_("I have been added to a group"), choices=[AT_ONCE, OFF])
    alert_feed = SelectField(_("Something changes on a document that I follow"), choices=OFTEN)
    ask_receive = BooleanField(
        _("Show this question at sign-in"),
        description=_("The question which of your organizations receive e-invoices."),
    )


class PasswordForm(FlaskForm):
    """The present password proves that it is you."""

    current = PasswordField(
        _("Present password"), validators=[InputRequired(_("Fill in your present password."))]
    )
    password = PasswordField(
        _("New password"),
        validators=[InputRequired(_("Fill in a new password."))],
        description=_("At least %(least)s characters; a few words are fine.", least=SHORTEST),
    )
    again = PasswordField(
        _("New password again"), validators=[InputRequired(_("Fill in the new password twice."))]
    )


class ProfileView(BaseView):
    """My own page; there is none about others."""

    route_base = "/profile"
    default_view = "index"
    class_permission_name = "Profile"

    @expose("/", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def index(self) -> Any:
        """Show the profile, and keep what was changed."""
        form = ProfileForm(obj=current_user)
        if form.validate_on_submit() and _kept(form, lambda: _keep(form)):
            session.pop("locale", None)  # the profile decides from now on
            flash(gettext("Saved."), "success")
            return redirect("/profile/")
        return self._page(form=form)

    @expose("/picture/remove", methods=["POST"])
    @has_access
    @permission_name("edit")
    def remove_picture(self) -> Response:
        """Show initials again."""
        profiles.remove_picture()
        return redirect("/profile/")

    @expose("/picture/<person>")
    @has_access
    @permission_name("read")
    def picture(self, person: str) -> Response:
        """The picture of someone whom I may see."""
        answer = send_file(BytesIO(pictures.find(person)), mimetype="image/webp")
        answer.headers["Cache-Control"] = "private, max-age=3600"
        return answer

    @expose("/password", methods=["POST"])
    @has_access
    @permission_name("edit")
    def password(self) -> Any:
        """Change the password; other devices are signed out, this one stays."""
        form = PasswordForm()
        if form.validate() and _kept(form, lambda: _go_on(form)):
            flash(gettext("Your password has changed. Other devices are signed out."), "success")
            return redirect("/profile/")
        return self._page(password=form)

    @expose("/sign-out-everywhere", methods=["POST"])
    @has_access
    @permission_name("edit")
    def sign_out_everywhere(self) -> Response:
        """End every session, this one too."""
        profiles.sign_out_everywhere()
        tenancy.leave()
        logout_user()
        flash(gettext("You are signed out on every device."), "success")
        return redirect("/login/")

    def _page(self, form: Any = None, password: Any = None) -> str:
        # A refused password form must not fill in the other one from what was sent.
        shown = form or ProfileForm(formdata=None, obj=current_user)
        return str(
            self.render_template(
                "profile.html", form=shown, password=password or PasswordForm(formdata=None)
            )
        )


def _kept(form: Any, change: Callable[[], Any]) -> bool:
    """Do it; a refusal goes to its field and the form comes back as it was typed."""
    try:
        change()
    except Several as found:
        for error in found.refusals:
            say_no(form, error)
        return False
    except AppError as error:
        say_no(form, error)
        return False
    return True


def _keep(form: ProfileForm) -> None:
    sent = {name: value for name, value in form.data.items() if name != "csrf_token"}
    picture = sent.pop("picture", None)
    profiles.change(profiles.Profile(**sent), picture.read() if picture else None)


def _go_on(form: PasswordForm) -> None:
    typed = (form.current.data, form.password.data, form.again.data)
    login_user(profiles.change_password(*typed))


def register(builder: AppBuilder) -> None:
    """Reached by the name at the top, so not in the menu."""
    builder.add_view_no_menu(ProfileView)
