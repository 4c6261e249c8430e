// The path through the course. Its links open a notebook as those of the text do, in a tab beside this one.

// Where the notebooks are: {base, folder} of the page's address, as the server names them; null where it does not say.
const PAGE = /^(.*?\/(?:(?:lab|doc)(?:\/workspaces\/[^/]+)?\/tree|notebooks)\/)(.*)$/;

function place(own, before) {
  const [, base, path] = location.pathname.match(PAGE) ?? [];
  if (base === undefined) return before;
  // When another document is in front, the address is that one's; then what was found before still holds.
  if (before && path.split("/").at(-1) !== own) return before;
  return { base, folder: path.slice(0, path.lastIndexOf("/") + 1) };
}

function leadTo(link, notebook, there) {
  if (!there) return;
  link.href = there.base + there.folder + encodeURIComponent(notebook);
  // Lab runs these on a click, as it does for links in text; without it the address itself is followed.
  link.dataset.commandlinkerCommand = "docmanager:open";
  link.dataset.commandlinkerArgs = JSON.stringify({ path: decodeURIComponent(there.folder) + notebook });
}

function render({ model, el }) {
  const { ask, take } = asker(model);
  const own_notebook = model.get("shown").rows[0].notebook;
  const box = element("section", { className: "trialsim", ariaLabel: "The course" });
  const body = element("tbody");
  const heads = ["Lesson", "Question, and what you will be able to do", "Time", "What is done"];
  const head = element("tr", {}, ...heads.map((textContent) => element("th", { textContent, scope: "col" })));
  const caption = element("caption", { textContent: "The course. Each lesson stands alone; the order is a suggestion." });
  const table = element("table", {}, caption, element("thead", {}, head), body);
  const line = element("p");
  line.setAttribute("role", "status");
  const again = own(element("button", { type: "button", textContent: "Look again" }));
  const { line: trouble, say } = problemLine();
  const problems = element("div");
  box.append(element("div", { className: "trialsim-frame" }, table), line, problems, element("p", {}, again), trouble);
  el.replaceChildren(box);

  let there = null;
  let links = [];
  const aim = () => {
    there = place(own_notebook, there);
    for (const [link, notebook] of links) leadTo(link, notebook, there);
  };
  const done = ({ number, done: said, last }) => {
    const parts = [last ? `${said} (${when(last)})` : said];
    const kept = stored(number);
    if (kept && kept.last > last) parts.push(`this browser kept newer work, of ${when(kept.last)}: open the lesson to bring it back`);
    return parts.join("; ");
  };
  let drawn = "";
  const show = () => {
    const now = model.get("shown");
    // Who is on a link keeps it: nothing is drawn again that would be the same.
    const drawing = JSON.stringify([now, now.rows.map(done)]);
    if (drawing === drawn) return aim();
    drawn = drawing;
    const focused = links.findIndex(([link]) => link === document.activeElement);
    links = now.rows.map((row) => [own(element("a", { textContent: row.question })), row.notebook]);
    const rows = now.rows.map((row, i) =>
      element(
        "tr",
        {},
        element("th", { scope: "row", textContent: row.number }),
        element("td", {}, links[i][0], element("p", { className: "trialsim-small", textContent: row.learn })),
        ...[row.time, done(row)].map((textContent) => element("td", { textContent })),
      ),
    );
    body.replaceChildren(...rows);
    aim();
    if (focused >= 0) links[focused][0].focus();
    line.textContent = now.line;
    problems.replaceChildren(...now.problems.map((text) => element("p", { className: "trialsim-problem", textContent: text })));
  };
  // A click with a key held is the browser's own: a tab or a window of its own.
  box.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) event.stopPropagation();
  });
  box.addEventListener("pointerdown", aim);
  box.addEventListener("focusin", aim);

  let looking = false;
  const look = async () => {
    if (looking) return {};
    looking = true;
    const answer = await ask({ kind: "look" });
    looking = false;
    show(); // what this browser kept may have changed when nothing else did
    return answer;
  };
  again.addEventListener("click", async () => {
    const answer = await look();
    say(answer.refused ?? answer.fault ?? "");
  });
  const returned = () => document.visibilityState === "visible" && look();
  document.addEventListener("visibilitychange", returned);
  // Coming back from another notebook of the same page, or scrolling here, brings the table into view.
  const seen = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && look());
  seen.observe(box);

  show();
  model.on("msg:custom", take);
  model.on("change:shown", show);
  return () => {
    seen.disconnect();
    document.removeEventListener("visibilitychange", returned);
    model.off("msg:custom", take);
    model.off("change:shown", show);
  };
}

export default { render };
