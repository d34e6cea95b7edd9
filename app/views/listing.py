"""Lists, pages and forms of plain records, without scripts: a table, a page, fields above each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any, ClassVar

from flask import flash, url_for
from flask_appbuilder import expose
from flask_appbuilder.fields import QuerySelectField
from flask_appbuilder.models.filters import BaseFilter
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_appbuilder.widgets import FormWidget, ListWidget, ShowWidget
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField, SelectMultipleField
from wtforms.fields.choices import Choice
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, Select

from app import tenancy
from app.errors import AppError, NotAllowed
from app.views import formats, organization_choices
from app.views.base import BaseView, Table, say_no


class ListTable(ListWidget):
    """The rows of a list; the first column leads to the row's page."""

    template = "screens/list_table.html"


class ShowTable(ShowWidget):
    """The facts of one row."""

    template = "screens/show_table.html"


class Fields(FormWidget):
    """The fields of a form: label above, help below, what is wrong beside it and in a summary."""

    template = "screens/fields.html"


class EagerTable(Table):
    """A table that fetches what its list shows of other tables at once, however many rows."""

    def __init__(self, model: type, *, eager: tuple[Any, ...] = ()) -> None:
        super().__init__(model)
        self._eager = eager

    def apply_all(self, *args: Any, **kwargs: Any) -> Any:
        """The framework's query, and the related rows with it."""
        return super().apply_all(*args, **kwargs).options(*self._eager)


class OwnWords:
    """What isn't offered is refused in our own words: the frameworks' aren't there in every language."""

    def pre_validate(self, form: Any) -> None:
        """Ask the framework, and say it ourselves."""
        try:
            super().pre_validate(form)  # type: ignore[misc]  # of the field that this is mixed into
        except ValidationError as error:
            raise ValidationError(gettext("Choose one of the options.")) from error


class RowField(OwnWords, QuerySelectField):
    """A choice of rows by public id; of very many the page holds a part, and a script asks for the others."""

    widget = Select()

    def __init__(
        self, label: Any = None, *, rows: Callable[[], list[Any]], asked: str = "", **kwargs: Any
    ) -> None:
        super().__init__(label, query_func=rows, get_pk_func=attrgetter("public_id"), **kwargs)
        self.asked = asked  # the address at which a script asks

    @property
    def source(self) -> str:
        """Where to ask, if the page doesn't hold all of them."""
        return self.asked if len(self._shown()) < len(self._get_object_list()) else ""

    def iter_choices(self) -> Iterator[Choice]:
        """The framework's own choices that are shown, in the shape that the forms library wants."""
        shown = self._shown()
        for value, label, selected, attributes in super().iter_choices():
            if value in shown or not self.asked:
                yield Choice(value, label, selected, {**attributes, "translate": "no"})

    def _shown(self) -> set[str]:
        rows = [row for _, row in self._get_object_list()]
        chosen = self.data.public_id if self.data is not None else ""
        return {row.public_id for row in organization_choices.first_of(rows, chosen)}


class ChoiceField(OwnWords, SelectField):
    """One of a list that is the same for everyone."""


class CheckboxesField(OwnWords, SelectMultipleField):
    """Several of a few choices, each with its own box."""

    option_widget = CheckboxInput()


class OfMyEnvironment(BaseFilter):
    """Rows of my own environment; staff see those of every one."""

    name = "Of my environment"

    def apply(self, query: Any, _value: Any) -> Any:
        """Narrow what the wall lets through: co-members from elsewhere don't belong here."""
        scope = tenancy.current()
        if scope.staff is not None:
            return query
        return query.filter(getattr(self.model, self.column_name) == scope.environment_id)


class ListedView(BaseView):
    """A list and a page per row; verbs that a view doesn't name have no address at all."""

    list_template = "screens/list.html"
    show_template = "screens/show.html"
    add_template = "screens/form.html"
    edit_template = "screens/form.html"
    list_widget = ListTable
    show_widget = ShowTable
    add_widget = Fields
    edit_widget = Fields
    base_permissions = ["can_read", "can_create", "can_edit", "can_remove"]
    exclude_route_methods: ClassVar[set[str]] = {"download", "action", "action_post"}

    lead: Any = ""  # one sentence under the title
    empty: Any = _l("There is nothing here yet.")
    add_label: Any = ""
    # Columns with what people are called and how they are reached: browsers leave these as they are.
    names: ClassVar[frozenset[str]] = frozenset(
        {
            *("name", "username", "user", "environment", "organization", "partner"),
            *("requested_by", "answered_by", "email", "street", "postcode", "city"),
            *("value", "vat_number", "public_id", "language"),
        }
    )

    @expose("/")
    @has_access
    @permission_name("read")
    def index(self) -> Response:
        """The short address."""
        return self._to_list()

    @expose("/delete/<pk>", methods=["POST"])
    @has_access
    def delete(self, pk: str) -> Response:
        """Remove one row, by its button only."""
        item = self._one(pk)
        self.pre_delete(item)
        self.datamodel.delete(item)
        flash(gettext("Removed."), "success")
        return self._to_list()

    def pre_add(self, item: Any) -> None:
        """What someone adds to the records of an environment belongs to their own."""
        if hasattr(item, "environment_id"):
            item.environment_id = tenancy.current().environment_id

    def may(self, verb: str) -> bool:
        """Whether the reader may do this here."""
        right = (str(self.class_permission_name), verb)
        return f"can_{verb}" in self.base_permissions and bool(
            self.appbuilder.sm.rights_include(right)
        )

    def editable(self, _item: Any) -> bool:
        """Whether the page of this row offers *Edit*."""
        return self.may("edit") and "edit" not in self.exclude_route_methods

    def address(self, method: str, **values: Any) -> str:
        """The address of one of this view's own pages."""
        return url_for(f"{type(self).__name__}.{method}", **values)

    def _get_list_widget(self, **kwargs: Any) -> Any:
        return super()._get_list_widget(view=self, **kwargs)

    def _get_show_widget(self, pk: str, item: Any, **kwargs: Any) -> Any:
        widgets = super()._get_show_widget(pk, item, **kwargs)
        widgets["show"].template_args.update(view=self, item=item, **self.beside(item))
        return widgets

    def beside(self, _item: Any) -> dict[str, Any]:
        """What the page of a row needs beside its columns."""
        return {}


class ServiceView(ListedView):
    """A view whose forms call services, because what they store has consequences."""

    def keep_new(self, form: Any) -> None:
        """Call the service that makes a row; views without one refuse."""
        raise NotAllowed("This cannot be added here.")

    def keep_changes(self, public_id: str, form: Any) -> None:
        """Call the service that changes a row; views without one refuse."""
        raise NotAllowed("This cannot be changed here.")

    def _kept(self, form: Any, item: Any, _check: Any, _save: Any) -> bool:
        try:
            if item.id is None:
                self.keep_new(form)
            else:
                self.keep_changes(item.public_id, form)
        except AppError as error:
            say_no(form, error)
            return False
        return True


def worded(words: Mapping[Any, Any]) -> Callable[[Any], Any]:
    """Shows a stored word as people say it."""
    return lambda stored: words.get(stored, stored)


def moment(value: datetime | None) -> str:
    """A time as every page writes it."""
    return formats.moment(value) or "–"


def yes_or_no(value: bool) -> str:
    """A switch in words."""
    return str(gettext("yes") if value else gettext("no"))
