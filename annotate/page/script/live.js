// A page that a server keeps fresh: see Serve in page.go. The whole view is in the address, so keeping the place is reloading it; what is not
// there, the scroll positions and the focus, waits in the session.

function setUpLive() {
  restorePlace();
  if (!data.events || location.protocol === "file:") return; // saved from a server
  const events = new EventSource(data.events);
  events.addEventListener("report", event => {
    showStatus("");
    if (event.data === data.version) return;
    savePlace();
    location.reload();
  });
  events.addEventListener("building", () => showStatus("Building…"));
  events.addEventListener("failed", event => showStatus("The build failed; this is the last good page.\n" + event.data, true));
  events.addEventListener("error", () => showStatus("No connection to annotate serve. Trying again…", true));
  events.addEventListener("open", () => showStatus(""));
}

function showStatus(text, bad = false) {
  $("status").textContent = text;
  $("status").classList.toggle("bad", bad);
}

function savePlace() {
  flushState();
  const place = {top: view ? topRow() : null, main: $("main").scrollTop, tree: $("tree").scrollTop, closed: [...closedPackages],
    focus: document.activeElement?.id || (document.activeElement?.closest("#source") ? "source" : ""), search: $("search").value};
  try { sessionStorage.setItem("annotate-place", JSON.stringify(place)); } catch { /* then the address alone says where */ }
}

function restorePlace() {
  let place = null;
  try {
    place = JSON.parse(sessionStorage.getItem("annotate-place"));
    sessionStorage.removeItem("annotate-place");
  } catch { /* as above */ }
  if (!place) return;
  for (const path of place.closed) closedPackages.add(path);
  renderTree();
  $("main").scrollTop = place.main;
  $("tree").scrollTop = place.tree;
  if (place.focus === "source") markLine(true); else if (place.focus) $(place.focus)?.focus({preventScroll: true});
  if (view && place.top) restoreTop(place.top);
}

