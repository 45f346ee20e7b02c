// Keys and the buttons that do the same.

const actions = {
  j: () => walk(1),
  k: () => walk(-1),
  n: () => walkFiles(1),
  p: () => walkFiles(-1),
  t: nextTheme,
  "/": () => { $("search").focus(); $("search").select(); },
  "?": () => $("help").showModal(),
  Enter: () => { if (view && state.path) toggleLine(state.line); },
};

const buttons = {"next-finding": "j", "prev-finding": "k", "next-file": "n", "prev-file": "p", theme: "t", "open-help": "?"};

function setUpKeys() {
  for (const [id, key] of Object.entries(buttons)) $(id).addEventListener("click", () => actions[key]());
  $("keys-on").checked = saved.get("keys") !== "off";
  $("keys-on").addEventListener("change", () => saved.set("keys", $("keys-on").checked ? "on" : "off"));
  document.addEventListener("keydown", onKey);
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || $("help").open) return;
  if (event.key === "Escape") return escape(event);
  if (event.target.closest("input, textarea, select, [contenteditable]") || !$("keys-on").checked && event.key !== "Enter") return;
  if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

function escape(event) {
  if (document.body.classList.contains("tree-open")) {
    showTree(false);
    $("open-tree").focus();
  } else if (event.target === $("search")) {
    event.preventDefault();
    $("search").value = "";
    search();
    $("main").focus();
  }
}

// walk goes to the next or previous finding: of the list in the overview and in results, else of the file and on into the next file.
function walk(step) {
  if (!state.path) return walkList(step);
  if (!view) return walkFiles(step); // no such file
  const {sorted} = byFile.get(view.file);
  const next = step > 0 ? sorted.find(line => line > state.line) : sorted.findLast(line => line < state.line);
  if (next !== undefined) {
    setLine(next);
    return;
  }
  const file = neighbour(step);
  if (!file) return say(step > 0 ? "That was the last finding." : "That was the first finding.");
  goTo(file, byFile.get(file).sorted.at(step > 0 ? 0 : -1));
}

function walkList(step) {
  const links = [...$(state.q ? "results" : "overview").querySelectorAll("a.place")];
  const at = links.indexOf(document.activeElement);
  const next = links[at < 0 ? (step > 0 ? 0 : -1) : at + step];
  if (!next) return say(links.length ? "That was the end of the list." : "Nothing passes the filters.");
  next.focus();
}

// neighbour returns the next file with findings in the order of the tree.
function neighbour(step) {
  const list = fileOrder().map(of => of.file), at = list.indexOf(view?.file);
  if (at < 0) return step > 0 ? list[0] : list.at(-1);
  return list[at + step];
}

function walkFiles(step) {
  const file = neighbour(step);
  if (!file) return say(step > 0 ? "That was the last file." : "That was the first file.");
  goTo(file, byFile.get(file).sorted[0]);
}

function goTo(file, line) {
  update(s => Object.assign(s, {path: file.path, line, to: 0, open: new Set()}), true);
  markLine(true);
  say(`${file.path}, line ${line}`);
}

const themes = ["auto", "dark", "light"];

function nextTheme() {
  setTheme(themes[(themes.indexOf(document.documentElement.dataset.theme ?? "auto") + 1) % themes.length]);
  say("Theme: " + $("theme-name").textContent);
}

function setTheme(name) {
  if (!themes.includes(name)) name = "auto";
  document.documentElement.dataset.theme = name;
  $("theme-name").textContent = name;
  $("theme").setAttribute("aria-label", `Theme: ${name} (t)`);
  saved.set("theme", name);
}

function showTree(show) {
  document.body.classList.toggle("tree-open", show);
  $("open-tree").setAttribute("aria-expanded", String(show));
  if (show) $("tree").querySelector("[aria-current], button, a")?.focus();
}

