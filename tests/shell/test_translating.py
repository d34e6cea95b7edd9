"""The sentences of templates: in the reader's language, and with values that can do no harm."""

from __future__ import annotations

import pytest
from flask import render_template_string
from flask_babel import force_locale
from markupsafe import Markup


@pytest.mark.parametrize(
    ("language", "word"), [("nl", "Opslaan"), ("en", "Save"), ("de", "Speichern")]
)
def test_a_sentence_follows_the_language_of_the_moment(app, language, word):
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        before = render_template_string('{{ _("Save") }}')
        with force_locale(language):
            forced = render_template_string('{{ _("Save") }}')
        after = render_template_string('{{ _("Save") }}')

    assert (before, forced, after) == ("Enregistrer", word, "Enregistrer")


def test_what_people_typed_is_escaped_and_our_own_markup_is_not(app):
    source = '{{ _("Preview of %(row)s", row=row) }}'
    with app.test_request_context(headers={"Accept-Language": "en"}):
        typed = render_template_string(source, row="<b>")
        ours = render_template_string(source, row=Markup("<b>"))

    assert (typed, ours) == ("Preview of &lt;b&gt;", "Preview of <b>")


def test_one_and_many(app):
    source = (
        '{{ ngettext("We looked at %(num)s document so far, and this choice fits few.",'
        ' "We looked at %(num)s documents so far, and this choice fits few.", number) }}'
    )
    with app.test_request_context(headers={"Accept-Language": "en"}):
        one, many = (render_template_string(source, number=number) for number in (1, 2))

    assert (one.split(" so")[0], many.split(" so")[0]) == (
        "We looked at 1 document",
        "We looked at 2 documents",
    )
