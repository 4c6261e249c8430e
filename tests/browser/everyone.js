// Looks at a lesson that is open in Lab as its readers meet it: by keyboard, at any width, in any colours.
// Everything is found from the page itself; no lesson is known by name.

window.everyone = (() => {
  const STOPS = "input, select, textarea, button, summary, a[href], [tabindex]";
  // Lab's own anchors stand in every heading; they are no stops of ours.
  const OURS = ".jp-Notebook .trialsim, .jp-Notebook .jp-RenderedHTMLCommon";
  const FRAMES = ".trialsim-frame, .trialsim-scroll";

  const visible = (node) => node.checkVisibility({ visibilityProperty: true }) && !node.closest("[inert]");
  const text = (node) => (node?.textContent ?? "").trim().replace(/\s+/g, " ").slice(0, 70);
  const panel = (node) => node.closest("section.trialsim");
  const place = (node) => panel(node)?.ariaLabel?.slice(0, 40) ?? "text";
  const name = (node) =>
    `${place(node)} · ${node.type || node.tagName.toLowerCase()} · ` +
    (node.ariaLabel || text(node.labels?.[0]) || text(node) || node.className);
  const isStop = (node) =>
    node.matches(STOPS) && node.tabIndex >= 0 && !node.disabled && visible(node) && node.closest(OURS) &&
    !node.matches(".jp-InternalAnchorLink");

  // One number for each stop; the options of one choice are one stop.
  const numbers = new Map();
  const key = (node) => {
    const what = node.type === "radio" ? `radio ${node.name}` : node;
    if (!numbers.has(what)) numbers.set(what, numbers.size);
    return numbers.get(what);
  };
  const stop = (node) => (node && isStop(node) ? { key: key(node), name: name(node) } : null);

  // Every stop in the order of the page.
  const stops = () => {
    const found = new Map();
    for (const area of document.querySelectorAll(OURS)) {
      for (const node of area.querySelectorAll(STOPS)) if (isStop(node)) found.set(key(node), stop(node));
    }
    const order = [...found.keys()];
    return order.map((at) => found.get(at));
  };

  // What a reader who uses the keyboard sees of the element that has the focus; null outside the lesson.
  const focused = () => {
    const node = document.activeElement;
    const found = stop(node);
    if (!found) return null;
    const style = getComputedStyle(node);
    const [box] = node.getClientRects(); // a link may begin at the end of a line
    // The standard asks for a part of it: near its upper edge, or near its lower one.
    const inside = Math.min(box.height / 2, 12);
    const at = [box.top + inside, box.bottom - inside].map((y) => document.elementFromPoint(box.x + Math.min(box.width / 2, 300), y));
    const shows = (one) => one && (one === node || node.contains(one) || [...(node.labels ?? [])].some((label) => label.contains(one)));
    return {
      ...found,
      kind: node.type || node.tagName.toLowerCase(),
      button: node.tagName === "BUTTON",
      explores: Boolean(node.closest(".trialsim-controls") && node.closest(".trialsim")?.querySelector(".trialsim-picture")),
      outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1,
      seen: at.some(shows),
      off: node.ariaDisabled === "true",
      value: ["radio", "checkbox"].includes(node.type) ? node.checked : (node.value ?? null),
      open: node.tagName === "SUMMARY" ? node.parentElement.open : null,
      keepsKeys: !node.closest(".trialsim") || node.matches('[data-lm-suppress-shortcuts="true"]'),
    };
  };

  // ---- pictures -----------------------------------------------------------------------------------------------------

  const pictures = () => [...document.querySelectorAll(".jp-Notebook .trialsim-picture")].filter(visible);
  // A shadow root copies as text; what an image's own style says is left out.
  const drawn = () => pictures().map((one) => one.shadowRoot.querySelector("svg").innerHTML);
  // How often the panel that has the focus has shown something.
  const shown = new WeakMap();
  const timesShown = (node) => shown.get(panel(node)) ?? 0;
  const changes = () => timesShown(document.activeElement);
  document.addEventListener("trialsim:shown", ({ target }) => shown.set(panel(target), timesShown(target) + 1));

  // Every piece of text in the pictures: what it says, its colour, where it is in the picture; and that on the page, in
  // whole pixels.
  const writing = () =>
    pictures().map((picture) => {
      const around = picture.getBoundingClientRect();
      const [left, top] = [Math.floor(around.x), Math.floor(around.y)];
      const right = picture.closest(".trialsim-frame").getBoundingClientRect().right; // what is further scrolls
      const texts = [...picture.shadowRoot.querySelectorAll("text")].filter(
        (one) => one.textContent.trim() && one.getBoundingClientRect().right <= right,
      );
      return {
        where: place(picture),
        box: [left, top, Math.ceil(around.right) - left, Math.ceil(around.bottom) - top],
        texts: texts.map((one) => {
          const style = getComputedStyle(one);
          const { x, y, width, height } = one.getBoundingClientRect();
          let opacity = style.fillOpacity;
          for (let node = one; node instanceof Element; node = node.parentElement) opacity *= getComputedStyle(node).opacity;
          return { says: text(one), colour: style.fill, opacity, box: [x - left, y - top, width, height] };
        }),
      };
    });
  const hideWriting = (hidden) => {
    for (const picture of pictures()) {
      for (const one of picture.shadowRoot.querySelectorAll("text")) one.style.visibility = hidden ? "hidden" : "";
    }
  };

  // ---- room ---------------------------------------------------------------------------------------------------------

  const label = (node) => `${place(node)} · <${node.tagName.toLowerCase()} class="${node.className}"> ${name(node).split(" · ").at(-1)}`;

  // What is cut off or sticks out; pictures and wide tables may scroll in frames of their own.
  const cutOff = () => {
    const faults = [];
    for (const section of document.querySelectorAll(".jp-Notebook section.trialsim")) {
      if (!visible(section)) continue;
      const output = section.closest(".jp-OutputArea-output");
      if (output.scrollWidth > output.clientWidth + 1) faults.push(`${label(section)}: the output scrolls sideways`);
      const room = section.getBoundingClientRect();
      for (const node of section.querySelectorAll("*")) {
        if (!visible(node) || node.closest(".trialsim-unseen") || node.parentElement.closest(FRAMES)) continue;
        const box = node.getBoundingClientRect();
        if (box.width && (box.right > room.right + 1 || box.left < room.left - 1)) faults.push(`${label(node)}: sticks out`);
        const clips = getComputedStyle(node).overflowX !== "visible" || node.tagName === "BUTTON";
        if (clips && !node.matches(FRAMES) && !["range", "radio", "checkbox"].includes(node.type)) {
          if (node.scrollWidth > node.clientWidth + 1) faults.push(`${label(node)}: its text is cut off`);
          if (node.tagName !== "TEXTAREA" && node.scrollHeight > node.clientHeight + 1) faults.push(`${label(node)}: its lines are cut off`);
        }
        if (node.tagName === "SELECT") faults.push(...tooNarrow(node));
      }
    }
    const notebook = document.querySelector(".jp-WindowedPanel-outer");
    if (notebook.scrollWidth > notebook.clientWidth + 1) faults.push("the notebook scrolls sideways");
    return faults;
  };
  // A list of choices cuts its text without a word.
  const tooNarrow = (select) => {
    const probe = select.cloneNode();
    probe.style.cssText = "position:absolute; visibility:hidden; width:auto; max-width:none";
    probe.append(select.selectedOptions[0]?.cloneNode(true) ?? "");
    select.after(probe);
    const needs = probe.getBoundingClientRect().width;
    probe.remove();
    return needs > select.getBoundingClientRect().width + 1 ? [`${label(select)}: its choice is cut off`] : [];
  };

  // Controls with less than 24 by 24 CSS pixels to hit; a label that moves its control counts with it.
  const small = () =>
    [...document.querySelectorAll(".jp-Notebook .trialsim :is(input, select, textarea, button, summary, a[href])")]
      .filter(visible)
      .filter((node) => {
        const around = node.closest("label");
        const { width, height } = (around ?? node).getBoundingClientRect();
        // A link in a sentence is as high as its line; the standard excepts it.
        return node.tagName === "A" && getComputedStyle(node).display === "inline" ? false : width < 24 || height < 24;
      })
      .map((node) => `${label(node)}: ${Math.round(node.getBoundingClientRect().width)} x ${Math.round(node.getBoundingClientRect().height)}`);

  // What moves by itself: transitions and animations, in outputs and in their pictures.
  const moving = () => {
    const nodes = [...document.querySelectorAll(".jp-Notebook .trialsim, .jp-Notebook .trialsim *")];
    for (const picture of pictures()) nodes.push(...picture.shadowRoot.querySelectorAll("*"));
    return nodes
      .filter((node) => {
        const style = getComputedStyle(node);
        const transition = style.transitionDuration.split(",").some((one) => parseFloat(one) > 0);
        return transition || style.animationName !== "none" || ["animate", "animateTransform", "animateMotion"].includes(node.localName);
      })
      .map(label);
  };

  const shutForms = () =>
    [...document.querySelectorAll(".jp-Notebook .trialsim button")].filter(
      (node) => node.textContent === "This is my guess" && visible(node),
    ).length;
  const unfold = () => {
    for (const one of document.querySelectorAll(".jp-Notebook .jp-RenderedHTMLCommon details, .jp-Notebook .trialsim details")) {
      one.open = true;
    }
  };

  return {
    stops, focused, drawn, writing, hideWriting, cutOff, small, moving, shutForms, unfold,
    changes,
    focusFirst: () => [...document.querySelectorAll(STOPS)].find(isStop).focus(),
    // Every panel is open and has its picture, and nothing is being computed.
    settled: () =>
      [...document.querySelectorAll(".jp-Notebook .trialsim-picture")].every((one) => visible(one) && one.ariaLabel) &&
      ![...document.querySelectorAll(".jp-Notebook .trialsim progress")].some(visible),
    // Where Lab takes away a button of its own that has the focus, nothing has it; the next Tab goes on from there.
    inNotebook: () => document.activeElement === document.body || Boolean(document.activeElement.closest(".jp-Notebook")),
    inLesson: () => Boolean(document.activeElement.closest(OURS)),
    replied: () => Boolean(text(document.activeElement.closest(".trialsim").querySelector(".trialsim-reply"))),
    cells: () => document.querySelectorAll(".jp-Notebook .jp-Cell").length,
    editing: () => document.querySelectorAll(".jp-Notebook .jp-MarkdownCell:not(.jp-mod-rendered)").length,
    toTop: () => void document.querySelector(".jp-WindowedPanel-outer").scrollTo(0, 0),
    // Of the cells; below them Lab leaves a screen empty.
    height: () => {
      const cells = [...document.querySelectorAll(".jp-Notebook .jp-Cell")].map((cell) => cell.getBoundingClientRect());
      return Math.ceil(cells.at(-1).bottom - cells[0].top);
    },
  };
})();
