// Where everything comes together: a change of the state, and what it shows.

let shownPlace = null;

// update changes the state, shows it and writes it to the address.
function update(change, newPlace = false) {
  change(state);
  render();
  writeState(newPlace);
}

function render() {
  const filtered = applyFilter(), section = state.path ? "file" : state.q ? "results" : "overview";
  for (const id of ["overview", "results", "file"]) $(id).hidden = id !== section;
  document.body.dataset.view = section;
  if (filtered) {
    renderTree();
    renderOverview();
  } else {
    markTree();
  }
  showFilterState();
  if (document.activeElement !== $("search")) $("search").value = state.q;
  const place = state.path + "\n" + state.around;
  if (section === "results" && (filtered || shownPlace !== "")) renderResults();
  if (section === "file" && (filtered || shownPlace !== place)) renderFile();
  if (section !== "file") view = null;
  if (section === "file") markLine(false);
  shownPlace = section === "file" ? place : "";
  document.title = (state.path ? state.path.slice(state.path.lastIndexOf("/") + 1) + " – " : "") + $("go-overview").textContent + " – annotate";
}

// search shows what the search field asks for. With a file open it leaves the file; going back returns to it.
function search() {
  const leave = state.path !== "";
  update(s => Object.assign(s, {q: $("search").value.trim(), path: "", line: 0, to: 0, open: new Set()}), leave);
}

function setUpSearch() {
  let timer = 0;
  $("search").addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, 120);
  });
  $("search").addEventListener("keydown", event => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    clearTimeout(timer);
    search();
    $("results").querySelector("a.place")?.focus();
  });
}

function setUpFrame() {
  $("skip").addEventListener("click", event => {
    event.preventDefault();
    (state.path ? $("source") : $("main")).focus();
  });
  $("go-overview").addEventListener("click", event => {
    event.preventDefault();
    update(s => Object.assign(s, {path: "", line: 0, to: 0, open: new Set(), q: ""}), true);
    $("main").scrollTop = 0;
    $("main").focus();
  });
  $("open-tree").addEventListener("click", () => showTree(!document.body.classList.contains("tree-open")));
  $("tree").addEventListener("click", event => { if (event.target.closest("a")) showTree(false); });
  $("tree").addEventListener("focusout", event => {
    if (event.relatedTarget && !event.relatedTarget.closest("#tree, #open-tree")) showTree(false);
  });
  addEventListener("popstate", () => {
    const before = state;
    clearTimeout(writeTimer);
    state = parseState(location.hash);
    if (before.path === state.path && formatOpen(before) !== formatOpen(state)) shownPlace = null;
    render();
    if (state.path && before.path !== state.path) markLine(true);
  });
  addEventListener("pagehide", flushState);
}

const formatOpen = s => [...s.open].sort().join();

setTheme(saved.get("theme"));
setUpOverview();
setUpFilters();
setUpSource();
setUpSearch();
setUpKeys();
setUpFrame();
showFilters(saved.get("filters") === "1");
render();
setUpLive();
requestAnimationFrame(() => { document.body.dataset.ready = ""; });
