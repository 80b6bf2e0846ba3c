"""Budget lines that others point at: found by words, resolved to a page, with the stage of their money."""

from __future__ import annotations

import pytest

from madang.kernel import manifest
from madang.services.budgeting import found_lines
from tests.budgeting import rounds_made as made

pytestmark = pytest.mark.django_db


def test_a_funded_project_is_found_by_its_words_and_leads_to_its_page() -> None:
    of = made.decided("lines-of-money", host="lines-office")
    project = made.project(of, title="공영주차장 조명 바꾸기")
    (line,) = manifest.lines("주차장 조명")
    assert (line.reference, line.title) == (project.reference, project.title)
    assert manifest.links([line.reference])[line.reference].url.endswith(f"/{project.code}/")
    assert manifest.lines("주차장 고래") == [] and manifest.lines("  ") == []


def test_what_is_no_key_of_a_row_leads_nowhere() -> None:
    assert found_lines.resolve(["item:x", "item:²", "item:99999999999999999999", "item:7"]) == {}
