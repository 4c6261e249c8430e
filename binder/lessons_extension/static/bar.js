// The line above a lesson: what is going on, one button when something has to be started, the switch for the code.
export class Bar {
  constructor({ showCode, start }) {
    this.node = document.createElement("div");
    this.node.className = "ts-bar";
    this.told = element("span", "ts-told");
    this.told.setAttribute("role", "status");
    this.again = button("ts-again", () => {
      this.again.hidden = true;
      void start();
    });
    this.again.hidden = true;
    this.code = button("ts-code", () => showCode(this.code.getAttribute("aria-pressed") !== "true"));
    this.code.textContent = "Show the code";
    this.whole = element("a", "ts-whole");
    this.whole.textContent = "Open in JupyterLab";
    this.whole.hidden = true;
    this.node.append(this.told, this.again, this.code, this.whole);
    // JupyterLab takes keys as shortcuts unless the element that has the focus asks it not to.
    for (const node of [this.again, this.code]) node.dataset.lmSuppressShortcuts = "true";
  }

  say(sentence) {
    this.again.hidden = true;
    this.told.textContent = sentence;
  }

  // Take the sentence away again, unless another has come.
  hush(sentence) {
    if (this.told.textContent === sentence) this.told.textContent = "";
  }

  offer(sentence, label) {
    this.told.textContent = sentence;
    this.again.textContent = label;
    this.again.hidden = false;
  }

  codeShown(shown) {
    this.code.setAttribute("aria-pressed", String(shown));
  }

  elsewhere(address) {
    if (!address) return;
    this.whole.href = address;
    this.whole.hidden = false;
  }
}

function element(tag, name) {
  const node = document.createElement(tag);
  node.className = name;
  return node;
}

function button(name, pressed) {
  const node = element("button", name);
  node.type = "button";
  node.addEventListener("click", pressed);
  return node;
}
