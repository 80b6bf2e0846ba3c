"""What becomes of a refusal on a form."""

from __future__ import annotations

import pytest
from django import forms

from madang.kernel.errors import RefusedError
from madang.kernel.web import refusing


class OneForm(forms.Form):
    word = forms.CharField()


def sent(word: str = "hello") -> OneForm:
    return OneForm({"word": word})


def test_what_can_be_mended_stands_on_the_form_and_gives_the_page_its_status() -> None:
    form = sent()
    assert form.is_valid()
    with refusing.on_form(form, "word"):
        raise RefusedError("It was taken meanwhile.", "word.taken", status=409)
    assert form.errors == {"word": ["It was taken meanwhile."]}
    assert form.has_error("word", "word.taken")
    assert refusing.status_of(form) == 409
    assert refusing.status_of(sent(), form) == 409


def test_what_is_not_allowed_is_raised_and_leaves_the_form_alone() -> None:
    form = sent()
    assert form.is_valid()
    with pytest.raises(RefusedError), refusing.on_form(form):
        raise RefusedError("Not yours.", "not_yours")
    assert not form.errors


def test_wrong_words_are_422_and_nothing_wrong_or_nothing_sent_200() -> None:
    assert refusing.status_of(sent("")) == 422
    assert refusing.status_of(sent(), OneForm()) == 200


def test_only_refusals_are_caught() -> None:
    with pytest.raises(KeyError), refusing.on_form(sent()):
        raise KeyError("word")
