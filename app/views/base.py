"""What every screen shares: rows by public id, own filters per request, safe actions, forms that keep what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask_appbuilder import ModelView
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from app.errors import AppError, Conflict, NotAllowed, NotFound, Unreadable
from app.transactions import transaction
from app.views import list_steps

MOST_ROWS = 100  # on one page, and in one action

# The framework asks for a permission per method; ours are verbs on a resource.
VERBS: Mapping[str, str] = {
    "list": "read",
    "show": "read",
    "download": "read",
    "add": "create",
    "edit": "edit",
    "delete": "remove",
    "action": "read",
    "action_post": "read",
}


def sentence(error: AppError) -> str:
    """A refusal in the reader's language."""
    said: str = gettext(error.text, **error.values) if error.values else gettext(error.text)
    return said


class Table(SQLAInterface):
    """A model as the framework's screens see it: public ids in addresses, one transaction per write."""

    def get_pk_name(self) -> str:
        """Rows are known by their public id; the internal one never leaves the platform."""
        return "public_id"

    def query(  # noqa: PLR0913  # the framework's own shape
        self,
        filters: Any = None,
        order_column: str = "",
        order_direction: str = "",
        page: int | None = None,
        page_size: int | None = None,
        select_columns: list[str] | None = None,
        outer_default_load: bool = False,
    ) -> Any:
        """One page of a list. The first answer is how many rows it has: never how many there are."""
        everything = self.apply_all(self.session.query(self.obj), filters)
        order = (order_column or "id", order_direction or "desc")
        rows = list_steps.read(everything, self.obj, order, page_size or MOST_ROWS)
        return len(rows), rows

    def add(self, item: Any, commit: bool = True) -> None:
        """Store a new row, or refuse with a sentence."""
        self._write(lambda: self.session.add(item))

    def edit(self, item: Any, commit: bool = True) -> None:
        """Store changes, or refuse with a sentence."""
        self._write(lambda: self.session.merge(item))

    def delete(self, item: Any, commit: bool = True) -> None:
        """Remove a row, or refuse with a sentence."""
        self._write(lambda: self.session.delete(item))

    def _write(self, change: Callable[[], Any]) -> None:
        try:
            with transaction():
                change()
        except IntegrityError as error:
            raise Conflict("This clashes with something that exists already.") from error


def _own(shared: Any) -> Any:
    """A copy to change; the framework's own copy forgets which columns may be searched."""
    mine = copy(shared)
    mine.filters, mine.values = list(shared.filters), list(shared.values)
    return mine


class BaseView(ModelView):
    """A list, a page and forms of one noun. Anything with consequences calls a service instead."""

    base_permissions: list[str] = ["can_read"]
    method_permission_name: dict[str, str] = dict(VERBS)
    page_size = 25
    base_order: tuple[str, str] = ("id", "desc")
    search_columns: list[str] = [
        "public_id"
    ]  # without relations: those would list every row in a select
    order_columns: list[str] = []

    # The framework keeps one mutable filter object per view for all threads; ours are per request.
    @property
    def _filters(self) -> Any:
        kept = g.setdefault("filters", {})
        if self not in kept:
            kept[self] = _own(self._shared_filters)
        return kept[self]

    @_filters.setter
    def _filters(self, value: Any) -> None:
        self._shared_filters = value

    def _list(self, **kwargs: Any) -> Any:
        self._check_list_arguments()
        return super()._list(**kwargs)

    def _get_list_widget(self, **kwargs: Any) -> Any:
        widgets = super()._get_list_widget(**kwargs)
        widgets["list"].template_args["ends"] = list_steps.ends()
        return widgets

    def _check_list_arguments(self) -> None:
        for name, value in request.args.items():
            number = value.isascii() and value.isdigit() and len(value) < 6
            if name.startswith("psize_") and not (number and 1 <= int(value) <= MOST_ROWS):
                raise Unreadable("A page shows at most %(most)s rows.", most=MOST_ROWS)
            if name.startswith("page_") and not number:
                raise Unreadable("This list has no such page.")
            if name.startswith("_oc_") and value not in self.order_columns:
                raise Unreadable("This list cannot be sorted that way.")

    def _add(self) -> Any:
        form = self.add_form.refresh()
        if request.method == "POST" and form.validate():
            item = self.datamodel.obj()
            if self._kept(form, item, self.pre_add, self.datamodel.add):
                flash(gettext("Saved."), "success")
                return None
        return self._get_add_widget(form=form)

    def _edit(self, pk: str) -> Any:
        item = self._one(pk)
        if request.method != "POST":
            form = self.edit_form.refresh(obj=item)
            self.prefill_form(form, pk)
            return self._get_edit_widget(form=form)
        form = self.edit_form.refresh(request.form)
        form._id = pk
        if form.validate() and self._kept(form, item, self.pre_update, self.datamodel.edit):
            flash(gettext("Saved."), "success")
            return None
        return self._get_edit_widget(form=form)

    def _kept(
        self, form: Any, item: Any, check: Callable[[Any], None], save: Callable[[Any], None]
    ) -> bool:
        """Store what was typed; a refusal goes to its field and the form comes back filled in."""
        try:
            form.populate_obj(item)
            check(item)
            save(item)
        except AppError as error:
            say_no(form, error)
            return False
        return True

    def _one(self, pk: str) -> Any:
        item = self.datamodel.get(pk, self._base_filters)
        if item is None:
            raise NotFound("This isn't here, or it isn't yours.")
        return item

    def _show(self, pk: str) -> Any:
        return self._get_show_widget(pk, self._one(pk))

    def post_add_redirect(self) -> Response:
        """Back to the list: the framework's own history can land on an unrelated page."""
        return self._to_list()

    post_edit_redirect = post_add_redirect
    post_delete_redirect = post_add_redirect

    def _to_list(self) -> Response:
        return redirect(url_for(f"{type(self).__name__}.list"))

    def action(self, name: str, pk: str) -> Any:
        """An action on one row, by POST only, on a row that may be seen."""
        return self._act(name, [pk], single=True)

    def action_post(self) -> Any:
        """An action on the selected rows of a list."""
        return self._act(request.form.get("action", ""), request.form.getlist("rowid"))

    action._urls = [("/action/<string:name>/<pk>", ["POST"])]  # type: ignore[attr-defined]
    action_post._urls = [("/action_post", ["POST"])]  # type: ignore[attr-defined]

    def _act(self, name: str, keys: list[str], single: bool = False) -> Any:
        chosen = self.actions.get(name)
        if chosen is None:
            raise NotFound("There is no such action.")
        if not self.appbuilder.sm.has_access(
            self.get_action_permission_name(name), self.class_permission_name
        ):
            raise NotAllowed("You may not do this here.")
        if not keys or len(keys) > MOST_ROWS:
            raise Unreadable("Choose from 1 to %(most)s rows.", most=MOST_ROWS)
        rows = [self._one(key) for key in keys]
        return chosen.func(rows[0] if single else rows)

    def download(self, filename: str) -> Any:
        """Files are served by our own routes, which check the row; never by name."""
        raise NotFound("There is no such file.")


def say_no(form: Any, error: AppError) -> None:
    """Put a refusal at the field it is about, else above the form."""
    field = getattr(form, error.field or "", None) if error.field else None
    if field is None:
        flash(sentence(error), "danger")
        return
    field.errors = [*field.errors, sentence(error)]
