// The picture of a panel: SVG that stays, and over it what moves.

const SCROLLS = "The picture is wider than the page: the arrow keys scroll it";

const MOTION_MS = 300;

// The elements that a text of SVG has on its outermost level, each as its own text.
function partsOf(text) {
  const parts = [];
  let depth = 0;
  let from = 0;
  for (const { 0: tag, index } of text.matchAll(/<[^>]+>/g)) {
    if (!depth) from = index;
    if (tag[1] === "/") depth -= 1;
    else if (!tag.endsWith("/>")) depth += 1;
    if (!depth) parts.push(text.slice(from, index + tag.length));
  }
  return parts;
}

// All of it is seen at once, where that leaves the writing large enough.
// In a shadow root, so that its ids and styles stay its own; ink is the colour of the text around it.
function picture() {
  const host = element("div", { className: "trialsim-picture", role: "img" });
  const root = host.attachShadow({ mode: "open" });
  root.innerHTML =
    "<style>svg{display:block;width:100%;height:auto;max-height:var(--ts-tallest,max(25rem,100vh - 7rem))}text{fill:currentColor;" +
    "font-family:var(--jp-content-font-family,system-ui,sans-serif)}</style>" +
    '<svg xmlns="http://www.w3.org/2000/svg" aria-hidden="true">' +
    '<g style="stroke-linejoin:round;stroke-linecap:butt;fill:currentColor"><g></g><g></g></g></svg>';
  const svg = root.querySelector("svg");
  const [base, layer] = root.querySelectorAll("g > g");
  let shownBase = null;
  // Of the layer, only the parts that were not in the picture before are made: the browser need not lay out the rest
  // again. Parts that stay do so in the same order, since each is drawn above those before it.
  const scratch = document.createElementNS(svg.namespaceURI, "g");
  let parts = []; // [text, node] of the layer on screen
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let coming = [];
  const comeUp = (nodes) => {
    coming = nodes.map((node) => node.animate([{ opacity: 0.2 }, { opacity: 1 }], MOTION_MS));
  };
  const replace = (texts, softly) => {
    for (const motion of coming.splice(0)) motion.cancel();
    const there = new Map();
    for (const [text, node] of parts) there.set(text, [...(there.get(text) ?? []), node]);
    const nodes = texts.map((text) => there.get(text)?.shift());
    for (const left of there.values()) for (const node of left) node.remove();
    scratch.innerHTML = texts.filter((_, at) => !nodes[at]).join("");
    const fresh = [...scratch.children];
    if (softly && !still.matches) comeUp(fresh);
    parts = texts.map((text, at) => [text, nodes[at] ?? fresh.shift()]);
    let next = layer.firstChild;
    for (const [, node] of parts) {
      if (node === next) next = next.nextSibling;
      else layer.insertBefore(node, next);
    }
  };
  const show = (view, bases, softly) => {
    if (view.base !== shownBase) {
      base.innerHTML = bases.get(view.base);
      svg.setAttribute("viewBox", `0 0 ${view.size[0]} ${view.size[1]}`);
      shownBase = view.base;
    }
    replace((view.parts ??= partsOf(view.layer)), softly);
    host.setAttribute("aria-label", view.alt);
  };
  // On a narrow page the picture keeps its size and scrolls, by keyboard, too.
  const frame = element("div", { className: "trialsim-frame" }, host);
  const watch = new ResizeObserver(() => {
    if (frame.scrollWidth > frame.clientWidth) Object.assign(own(frame), { tabIndex: 0, role: "group", ariaLabel: SCROLLS });
    else for (const name of ["tabindex", "role", "aria-label"]) frame.removeAttribute(name);
  });
  watch.observe(frame);
  return { frame, show, stop: () => watch.disconnect() };
}
