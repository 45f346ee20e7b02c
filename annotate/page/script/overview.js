// The first view: what is hottest.

const STEP = 50;
const showing = {lines: STEP / 2, findings: STEP, loops: STEP};

// With a profile, the lines that it found time in or objects of.
const timed = files.flatMap(file => [...file.heats].filter(([, h]) => h.cpu || h.objects).map(([line, h]) => ({file, line, ...h}))).sort((a, b) => b.heat - a.heat);

// groupFindings joins the findings of one line, kind and target: they are one thing to look at.
function groupFindings(list) {
  const groups = new Map();
  for (const f of list) {
    const key = f.file.path + "\n" + f.line + "\n" + f.kind.id + "\n" + f.target;
    const g = groups.get(key);
    if (g) g.list.push(f); else groups.set(key, {first: f, list: [f]});
  }
  return [...groups.values()];
}

const sourceText = (file, line) => file.source?.[line - 1]?.trim() ?? "";

function findingItem({first: f, list}) {
  const times = list.reduce((n, f) => n + f.count + f.machine, 0);
  return placeItem(f.file, f.line, f.line, Math.max(...list.map(f => f.level)), [
    el("b", {class: "letter"}, f.kind.letter), " ", f.kind.title, times > 1 ? " ×" + number(times) : "",
    f.depth ? el("span", {class: "depth", title: `in ${plural(f.depth, "loop")}`}, ` ↻${f.depth}`) : null,
    f.target !== "go" ? tag(f.target) : null, f.estimate ? tag("≈") : null, f.fresh ? tag("new", "fresh") : null,
  ], sourceText(f.file, f.line) || f.text);
}

function loopItem(l) {
  return placeItem(l.file, l.from, l.to, l.level, [
    el("span", {class: "depth"}, `↻${l.depth} `), l.cpu ? el("b", {}, (l.estimate ? "≈ " : "") + duration(l.cpu) + " ") : "", l.func || "loop",
    l.count ? el("span", {class: "muted"}, " " + plural(l.count, "finding")) : null, l.target !== "go" ? tag(l.target) : null,
  ], sourceText(l.file, l.from));
}

function lineItem(l) {
  const here = byFile.get(l.file)?.lines.get(l.line) ?? [];
  const letters = [...new Set(here.map(f => f.kind.letter))].join(" ");
  return placeItem(l.file, l.line, l.line, l.level, [
    l.cpu ? el("b", {}, (l.estimate ? "≈ " : "") + duration(l.cpu) + " ") : "", l.objects ? plural(l.objects, "object") + " " : "",
    el("span", {class: "depth"}, l.depth ? `↻${l.depth} ` : ""), letters ? el("b", {class: "letter"}, letters) : el("span", {class: "muted"}, "nothing found"),
  ], sourceText(l.file, l.line));
}

const tag = (text, cls = "") => el("span", {class: "tag " + cls}, text);

function placeItem(file, from, to, level, title, code) {
  const place = file.name + (from ? ":" + from + (to > from ? "-" + to : "") : "");
  return el("li", {}, el("a", {class: "place", href: linkTo(file.path, from, to), title: file.path},
    levelBadge(level), el("span", {class: "what"}, title), el("span", {class: "where"}, el("bdi", {}, place)), el("code", {}, code)));
}

// placePasses applies to lines and loops what of the filter can be.
function placePasses(l) {
  return l.level >= state.heat && (!state.target || !l.target || l.target === state.target) && (!state.loop || l.depth) && (!state.package || l.file.package === state.package) &&
    !(state.test === "no" && l.file.test) && !(state.test === "only" && !l.file.test);
}

function renderList(id, items, make, none) {
  const focused = document.activeElement?.id === "more-" + id ? showing[id] - STEP : -1;
  $(id).replaceChildren(...items.slice(0, showing[id]).map(make));
  if (!items.length) $(id).replaceChildren(el("li", {class: "muted"}, none));
  const more = $("more-" + id);
  more.hidden = items.length <= showing[id];
  more.textContent = `${STEP} more of ${number(items.length)}`;
  if (focused >= 0) $(id).children[focused]?.querySelector("a")?.focus();
}

function renderOverview() {
  renderList("findings", groupFindings(passing), findingItem, filtering() ? "Nothing passes the filters." : "Nothing found that costs.");
  if ($("lines")) renderList("lines", timed.filter(placePasses), lineItem, "No line has time of the profile.");
  renderList("loops", loops.filter(placePasses), loopItem, "No loops.");
}

function setUpOverview() {
  for (const id of ["lines", "findings", "loops"]) {
    $("more-" + id)?.addEventListener("click", () => {
      showing[id] += STEP;
      renderOverview();
    });
  }
  for (const part of document.querySelectorAll("[data-share]")) part.style.flexGrow = part.dataset.share;
}

