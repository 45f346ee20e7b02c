// The form of the filters.

function setUpFilters() {
  const form = $("filters"), used = new Map();
  for (const f of findings) used.set(f.kind, (used.get(f.kind) ?? 0) + f.count + f.machine);
  const sorted = [...used.keys()].sort((a, b) => a.order - b.order);
  const packages = [...new Set(files.map(f => f.package))].sort();
  form.append(
    choice("heat", "Heat from", [["0", "any"], ["1", "1"], ["2", "2"], ["3", "3"], ["4", "4"], ["5", "5"]]),
    targets.length > 1 ? choice("target", "Said by", [["", "anyone"], ...targets.map(t => [t, t])]) : "",
    packages.length > 1 ? choice("package", "Package", [["", "all"], ...packages.map(p => [p, p])]) : "",
    files.some(f => f.test) ? choice("test", "Tests", [["", "with"], ["no", "without"], ["only", "only"]]) : "",
    check("loop", "1", "in loops only"),
    findings.some(f => f.fresh) || data.events ? check("new", "1", "new only") : "",
    check("info", "1", "remarks"), check("credit", "1", "credits"), check("around", "1", "only lines near findings"),
    el("fieldset", {}, el("legend", {}, "Kinds"), sorted.map(k => check("kind", k.id, k.letter + " " + k.title, k.cls + " " + "kind"))),
    el("button", {type: "button", id: "clear-filters"}, "Clear filters"));
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("change", () => update(readFilters));
  $("clear-filters").addEventListener("click", () => update(s => Object.assign(s, emptyState(), {path: s.path, line: s.line, open: s.open})));
  $("open-filters").addEventListener("click", () => showFilters(form.hidden));
}

function showFilters(show) {
  $("filters").hidden = !show;
  $("open-filters").setAttribute("aria-expanded", String(show));
  saved.set("filters", show ? "1" : "");
}

const choice = (name, label, options) => el("label", {}, label + " ", el("select", {name}, options.map(([value, text]) => el("option", {value}, text))));
const check = (name, value, label, cls = "") => el("label", {class: cls}, el("input", {type: "checkbox", name, value}), " " + label);

function readFilters(s) {
  const form = new FormData($("filters"));
  s.kind = new Set(form.getAll("kind"));
  s.heat = Number(form.get("heat") ?? 0);
  for (const name of flagFields) s[name] = form.has(name);
  for (const name of ["target", "package", "test"]) s[name] = form.get(name) ?? "";
}

// showFilterState brings the form in line with the state, which may come from the address.
function showFilterState() {
  for (const field of $("filters").elements) {
    if (field.type === "checkbox") field.checked = field.name === "kind" ? state.kind.has(field.value) : state[field.name];
    else if (field.tagName === "SELECT") field.value = String(state[field.name]);
  }
  const n = state.kind.size + (state.heat > 0) + flagFields.filter(name => state[name]).length + ["target", "package", "test"].filter(name => state[name]).length;
  $("filter-count").textContent = n ? ` (${n})` : "";
}

