// What begins while JupyterLab itself is still being loaded. A lesson that is alone on its page shows its beginning. With
// a server its Python starts, too, and does the lesson's imports: both take seconds, and both together no more than the
// longer. JupyterLab then finds the session of the page and takes it. Whatever goes wrong here, JupyterLab starts
// Python and shows the page as it always does.
import { showFirst } from "./first.js";
import { lessonOf } from "./ours.js";
import { withoutServer } from "./page.js";

const IMPORT = /^(import|from) [\w.]+( import [\w, ]+)?( as \w+)?$/;

let begun;

export function begin(known = fetch(new URL("lessons.json", import.meta.url)).then((answer) => answer.json())) {
  begun ??= (withoutServer ? beginHere(known) : beginWithServer(known)).catch(console.warn);
  return begun;
}

// Without a server Python lives in this page, so JupyterLab has to be there, but the notebook need not be drawn yet. Its
// files are kept in the page's storage: Python sees them only if that is ready (`storage`) when it starts.
export async function startPythonHere(app, storage) {
  const path = await begun;
  if (!path) return;
  await Promise.all([app.started, navigator.serviceWorker && storage?.ready.catch(console.warn)]);
  const kernel = { name: "python" };
  const name = path.split("/").pop();
  const session = await app.serviceManager.sessions.startNew({ path, name, type: "notebook", kernel });
  session.dispose(); // this connection to it: the notebook makes its own
}

// The path of the lesson that the page was asked for, where it may be started.
async function beginHere(known) {
  const asked = new URLSearchParams(location.search);
  const path = asked.get("path");
  if (!path.endsWith(".ipynb")) return undefined;
  const [lessons, notebook] = await Promise.all([known, keptHere(path).then((kept) => kept ?? published(path))]);
  const lesson = lessonOf(lessons, codeOf(notebook));
  if (!lesson?.untouched) return undefined;
  if (asked.has("alone")) void showFirst(lesson.name).catch(console.warn);
  return path;
}

async function beginWithServer(known) {
  const config = JSON.parse(document.getElementById("jupyter-config-data")?.textContent ?? "{}");
  const path = config.treePath;
  if (!path?.endsWith(".ipynb")) return;
  const ask = askWith(config);
  const [lessons, sessions, { content }] = await Promise.all([
    known,
    ask("api/sessions"),
    ask(`api/contents/${encoded(path)}?type=notebook&content=1`),
  ]);
  const lesson = lessonOf(lessons, codeOf(content));
  if (!lesson?.untouched) return;
  if (config.mode === "single-document") void showFirst(lesson.name).catch(console.warn);
  if (sessions.some((session) => session.path === path)) return;
  const kernel = { name: content.metadata.kernelspec?.name };
  const session = await ask("api/sessions", { path, name: path.split("/").pop(), type: "notebook", kernel });
  const imports = lesson.code.flatMap((cell) => cell.split("\n")).filter((line) => IMPORT.test(line));
  run(imports.join("\n"), session.kernel.id, config);
}

const codeOf = (notebook) =>
  notebook.cells.filter((cell) => cell.cell_type === "code").map((cell) => [cell.source].flat().join(""));

const encoded = (path) => path.split("/").map(encodeURIComponent).join("/");

// A notebook as the site has it.
async function published(path) {
  const answer = await fetch(new URL(`../files/${encoded(path)}`, location.href));
  return answer.json();
}

// A notebook as JupyterLite keeps it in this browser, once it was changed and saved.
async function keptHere(path) {
  const name = `JupyterLite Storage - ${new URL("..", location.href).pathname}`;
  let database;
  try {
    const there = await indexedDB.databases();
    if (!there.some((kept) => kept.name === name)) return undefined;
    database = await answered(indexedDB.open(name));
    const files = database.transaction("files").objectStore("files");
    return (await answered(files.get(path)))?.content ?? undefined;
  } catch {
    return undefined; // storage is refused, or holds no files yet
  } finally {
    database?.close();
  }
}

const answered = (request) =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

// Asks the server, and gives its answer; with `body` it asks it to make something.
function askWith({ baseUrl, token }) {
  const headers = { "Content-Type": "application/json" };
  if (token) headers.Authorization = `token ${token}`;
  const crossSite = /(?:^|; )_xsrf=([^;]*)/.exec(document.cookie)?.[1];
  if (crossSite) headers["X-XSRFToken"] = crossSite;
  return async (what, body) => {
    const method = body ? "POST" : "GET";
    const answer = await fetch(new URL(baseUrl + what, location.href), { method, headers, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${what}: ${answer.status}`);
    return answer.json();
  };
}

// Silently: it counts as no cell, and an error comes again when the cell itself is run.
function run(code, kernel, { baseUrl, token }) {
  const address = new URL(`${baseUrl}api/kernels/${kernel}/channels`, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const session = crypto.randomUUID?.() ?? String(Math.random());
  address.searchParams.set("session_id", session);
  if (token) address.searchParams.set("token", token);
  const socket = new WebSocket(address);
  const header = { msg_id: `${session}_imports`, msg_type: "execute_request", session, username: "", version: "5.3" };
  const content = { code, silent: true, store_history: false, user_expressions: {}, allow_stdin: false, stop_on_error: false };
  socket.onopen = () =>
    socket.send(JSON.stringify({ header, parent_header: {}, metadata: {}, content, buffers: [], channel: "shell" }));
  socket.onmessage = ({ data }) => {
    if (typeof data === "string" && JSON.parse(data).header.msg_type === "execute_reply") socket.close();
  };
}
