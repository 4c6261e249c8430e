// A word of the field opens where it stands: its entry of the glossary beside the text, with the way to the whole page.

const GLOSSARY = "reference/glossary.md";

export function openWords(panel, app) {
  panel.node.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest?.("a[href]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const { pathname, hash } = new URL(link.href, location.href);
      const at = decodeURIComponent(pathname).indexOf(GLOSSARY);
      if (at < 0 || !hash || link.classList.contains("ts-all-words")) return;
      event.preventDefault();
      event.stopPropagation();
      void show(panel, app, link, decodeURIComponent(hash.slice(1)));
    },
    true,
  );
}

async function show(panel, app, link, id) {
  const folder = panel.context.path.replace(/[^/]*$/, "");
  const candidates = [`${folder}${GLOSSARY}`, `${folder.replace(/[^/]+\/$/, "")}${GLOSSARY}`];
  const entry = await firstEntry(app.serviceManager.contents, candidates, id);
  if (!entry) return;
  const box = document.createElement("dialog");
  box.className = "ts-word";
  box.setAttribute("aria-label", entry.title);
  const renderer = panel.content.rendermime.createRenderer("text/markdown");
  await renderer.renderModel(panel.content.rendermime.createModel({ data: { "text/markdown": entry.text } }));
  const all = document.createElement("button");
  all.type = "button";
  all.textContent = "All words";
  all.addEventListener("click", () => {
    box.close();
    void app.commands.execute("docmanager:open", { path: entry.path, factory: "Markdown Preview" });
  });
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "Close";
  close.addEventListener("click", () => box.close());
  box.append(renderer.node, all, close);
  box.addEventListener("close", () => {
    box.remove();
    renderer.dispose();
    link.focus();
  });
  box.addEventListener("click", (event) => {
    if (event.target === box) box.close(); // beside the entry
  });
  document.body.append(box);
  box.showModal();
  close.focus();
}

const pages = new Map();

async function firstEntry(contents, paths, id) {
  for (const path of paths) {
    if (!pages.has(path)) {
      const file = await contents.get(path, { type: "file", format: "text", content: true }).catch(() => undefined);
      if (file) pages.set(path, String(file.content));
    }
    const entry = pages.has(path) && entryOf(pages.get(path), id);
    if (entry) return { ...entry, path };
  }
  return undefined;
}

// The part of the page whose heading has this id, without what is for programmers.
function entryOf(page, id) {
  for (const part of page.split(/^(?=## )/m)) {
    const [heading, ...lines] = part.split("\n");
    const [, own, title] = heading.match(/^## <a id="([^"]*)"><\/a>(.*)$/) ?? [];
    if (own !== id) continue;
    const text = lines.filter((line) => !/^- \*\*(Computed by|Facts in|Lessons|See also):/.test(line)).join("\n");
    return { title, text: `### ${title}\n${text}` };
  }
  return undefined;
}
