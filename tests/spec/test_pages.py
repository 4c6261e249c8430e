"""The reference pages are what the facts and the tables say today."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.spec import pages
from tests.spec.markdown import plain, table
from tests.spec.pages_model import calibration_rows
from trialsim.facts.core_set import measures
from trialsim.facts.population import load_population
from trialsim.facts.protocol import list_protocols, load_protocol
from trialsim.facts.responses import list_responses

HERE = Path(__file__).parent
QUICK = [name for name in pages.PAGES if name != "calibration.md"]


def committed(name: str) -> str:
    """A page as it is in the repository."""
    return (pages.FOLDER / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", QUICK)
def test_page_is_what_would_be_written(name: str) -> None:
    """Nobody edited the page, and no fact has changed since; if one has: python -m tests.spec.pages."""
    assert committed(name) == pages.PAGES[name]()


@pytest.mark.slow
def test_calibration_page_is_what_would_be_written() -> None:
    """The page with the model's own numbers, which take a while."""
    assert pages.stale(["calibration.md"]) == []


def test_calibration_page_has_every_row() -> None:
    """Each target and each published number has its row on the committed page, and every target is met."""
    tuned, rest = committed("calibration.md").split("## Checked against")
    checked = rest.split("\n## ")[0]
    rows = [sum(line.startswith("| ") for line in part.splitlines()) - 2 for part in (tuned, checked)]
    assert tuple(rows) == calibration_rows()
    assert "| NO |" not in tuned


def test_every_table_of_cases_is_on_a_page() -> None:
    """The explanation of each case that the tests run can be read on some page."""
    written = "".join(committed(name) for name in pages.PAGES)
    for path in sorted(HERE.glob("*.csv")):
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        assert header.endswith(",why") and rows
        for row in rows:
            assert plain(row.rsplit(",", 1)[1].strip('"')) in written, f"{path.name}: {row}"


def test_every_rule_is_on_a_page() -> None:
    """Each definition, criterion and parameter has its place."""
    assert all(f"## {name}: " in committed("responses.md") for name in list_responses(readings=True))
    for name, id in pages.PROTOCOLS.items():
        assert all(f"### {criterion.id} " in committed(name) for criterion in load_protocol(id).criteria)
    assert sorted(pages.PROTOCOLS.values()) == list(list_protocols())
    assert all(f"| {plain(name)} |" in committed("population.md") for name in load_population().parameters)
    assert all(f"| {item.code} |" in committed("instruments.md") for item in measures())


def test_links_between_pages_lead_somewhere() -> None:
    """The list of the pages names each of them."""
    assert [name for name in pages.PAGES if name != "index.md" and f"]({name})" not in committed("index.md")] == []


def test_what_is_stale_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed page, a missing one and a file that is no page are found."""
    monkeypatch.setattr(pages, "FOLDER", tmp_path)
    (tmp_path / "index.md").write_text(pages.index_page(), encoding="utf-8")
    (tmp_path / "score.md").write_text("edited", encoding="utf-8")
    (tmp_path / "old.md").write_text("old", encoding="utf-8")
    assert pages.stale(["index.md", "score.md", "responses.md"]) == ["score.md", "responses.md", "old.md"]
    assert pages.main(["--wrong"]) == 2


def test_text_is_shown_as_it_stands() -> None:
    """Marks of Markdown and of HTML in a fact do not change the page."""
    assert table(["a"], [["<b>|*x*"]]).splitlines()[-1] == "| &lt;b&gt;\\|\\*x\\* |"
