"""The reference page of words: each with what it means, what computes it, where it is met and where it comes from.

What anchors do, tried in JupyterLab 4.6 (`tests/browser/test_glossary_in_lab.py` tries it again):

- Lab names a heading by its text, capitals kept, spaces as hyphens; GitHub in small letters, other signs left out.
- Lab keeps the id of an `<a id="...">` (under another attribute) and follows links to it; `<a name>` and the id of a
  heading written as HTML it drops. GitHub keeps the id of an `<a>`, too.

So each entry's heading begins with an `<a id>` that is also the name GitHub would give the heading.
"""

from __future__ import annotations

from collections.abc import Iterable

from tests.spec.markdown import page, plain
from trialsim.facts.course import lessons
from trialsim.facts.glossary import Term, glossary
from trialsim.facts.sources import load_sources


def glossary_page() -> str:
    """All terms in the order of the alphabet, a line of links above them."""
    terms = glossary()
    about = (
        "The words of this course, in our own words. *Recalled* means that the usage is common and was not looked up "
        "again; *assumed*, that it is this course's own. Names in code are public names of the package: "
        "`trialsim.single_stage` is `ts.single_stage` in a lesson."
    )
    return page("Glossary", about, _links(terms), *(_entry(term) for term in terms.values()))


def _links(ids: Iterable[str]) -> str:
    return " · ".join(f"[{plain(glossary()[key].term)}](#{key})" for key in ids)


def _entry(term: Term) -> str:
    lines = [f'## <a id="{term.id}"></a>{plain(term.term)}', "", plain(term.text), ""]
    if term.also:
        lines.append(f"- **Also:** {plain(', '.join(term.also))}")
    if term.computed:
        lines.append(f"- **Computed by:** {', '.join(f'`trialsim.{name}`' for name in term.computed)}")
    if term.data:
        lines.append(f"- **Facts in:** {', '.join(f'`trialsim/data/{name}`' for name in term.data)}")
    met = {lesson.number: lesson.notebook for lesson in lessons() if lesson.number in term.lessons}
    where = ", ".join(f"[{number}](../{notebook})" for number, notebook in met.items())
    lines.append(f"- **Lessons:** {where or 'none; the record, the report or the rating of patients uses it'}")
    lines.append(f"- **Source:** {_source(term)}")
    if term.related:
        lines.append(f"- **See also:** {_links(term.related)}")
    return "\n".join(lines)


def _source(term: Term) -> str:
    if not term.source:
        return plain(term.origin)
    cited = [load_sources()[key] for key in term.source]
    named = [f"[{plain(each.citation)}]({each.url})" if each.url else plain(each.citation) for each in cited]
    extents = "; ".join(plain(each.extent) for each in cited)
    return f"own words after {'; '.join(named)} ({term.basis}; what was read: {extents})"
