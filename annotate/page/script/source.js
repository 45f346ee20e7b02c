// The open file. Its rows all have one height, so a file of 50,000 lines is a few hundred empty chunks of the right height, each filled when it
// comes near the window.

const ROW = 20, CHUNK = 200, AROUND = 5, WHOLE = 4000;
let view = null;

function renderFile() {
  const file = fileByPath.get(state.path);
  $("file-title").textContent = file ? file.path : "No such file in this report: " + state.path;
  if (!file) {
    view = null;
    $("file-facts").textContent = "";
    $("source").replaceChildren();
    return;
  }
  const anchor = view?.file === file ? topRow() : null;
  view?.observer.disconnect();
  view = {file, rows: rowList(file), chunks: [], marks: byFile.get(file), columns: columnsOf()};
  view.first = new Map(view.rows.map((row, i) => [typeof row === "number" ? row : -row.from, i]));
  $("file-facts").replaceChildren(...fileFacts(file));
  const table = el("div", {class: "lines", role: "table", "aria-rowcount": String(view.rows.length + 1), "aria-label": "Source of " + file.name}, headRow());
  table.style.minWidth = `max(100%, ${widest(file)}ch)`;
  view.observer = new IntersectionObserver(seen, {root: $("source"), rootMargin: "1000px"});
  for (let from = 0; from < view.rows.length; from += CHUNK) {
    const chunk = {from, to: Math.min(view.rows.length, from + CHUNK), filled: false, element: el("div", {class: "chunk"})};
    chunk.element.style.height = (chunk.to - chunk.from) * ROW + "px";
    chunk.element.chunk = chunk;
    view.chunks.push(chunk);
    table.append(chunk.element);
    view.observer.observe(chunk.element);
  }
  if (!view.rows.length) table.append(el("div", {role: "row"}, el("div", {role: "cell"}, "Nothing is known of this file's lines.")));
  $("source").replaceChildren(table);
  $("source").scrollLeft = 0;
  if (anchor) restoreTop(anchor); else $("source").scrollTop = 0;
  if (view.rows.length <= WHOLE) fillWhenIdle(view);
}

// rowList returns the rows: numbers of lines, 0 for what has no line, and objects for gaps.
function rowList(file) {
  const marks = byFile.get(file).sorted, rows = marks[0] === 0 ? [0] : [];
  if (!state.around || !marks.some(line => line > 0)) {
    for (let line = 1; line <= file.length; line++) rows.push(line);
    return rows;
  }
  let last = 0;
  for (const mark of [...new Set([...marks, state.line, ...state.open])].sort((a, b) => a - b)) {
    if (mark < 1 || mark > file.length) continue;
    const from = Math.max(last + 1, mark - AROUND), to = Math.min(file.length, mark + AROUND);
    if (from > last + 1) rows.push({from: last + 1, to: from - 1});
    for (let line = from; line <= to; line++) rows.push(line);
    last = Math.max(last, to);
  }
  if (last < file.length) rows.push({from: last + 1, to: file.length});
  return rows;
}

function columnsOf() {
  return [["line", "Line"], ["heat", "Heat"], ["loop", "Loops"], ...(hasCPU ? [["cpu", "Time"]] : []), ...(hasAlloc ? [["objects", "Objects"]] : []),
    ["code", "Source"]];
}

function headRow() {
  return el("div", {class: "row head", role: "row", "aria-rowindex": "1"},
    view.columns.map(([cls, title]) => el("div", {class: cls, role: "columnheader"}, title)));
}

function fileFacts(file) {
  const of = byFile.get(file), facts = [plural(file.length, "line"), plural(of.count, "finding") + (filtering() ? " pass the filters" : "")];
  if (file.test) facts.push("test file");
  if (file.generated) facts.push("generated");
  if (!file.source) facts.push("source left out of this page");
  const parts = [facts.join(" · ")];
  if (file.editor) parts.push(" · ", el("a", {id: "in-editor", href: editorAt(file, state.line || 1, 1)}, "open in editor"));
  return parts;
}

const editorAt = (file, line, column) => file.editor.replace("{line}", line).replace("{column}", column);

// widest is the width in characters that the longest line needs. The chunks cannot tell before they are filled.
function widest(file) {
  let most = 40;
  for (const line of file.source ?? []) {
    if (line.length * 8 <= most) continue;
    let n = 0;
    for (const c of line) n += c === "\t" ? 8 - n % 8 : c < "\u1100" ? 1 : 2;
    most = Math.max(most, n);
  }
  return most + 40;
}

function seen(entries) {
  for (const e of entries) if (e.isIntersecting) fill(e.target.chunk);
}

function fill(chunk) {
  if (chunk.filled) return;
  chunk.filled = true;
  view.observer.unobserve(chunk.element);
  const rows = [];
  for (let i = chunk.from; i < chunk.to; i++) {
    const row = view.rows[i];
    rows.push(typeof row === "number" ? rowOf(row, i + 2) : gapOf(row, i + 2));
    if (typeof row === "number" && state.open.has(row)) rows.push(openRow(rows.at(-1), row));
  }
  chunk.element.style.height = "";
  chunk.element.setAttribute("role", "rowgroup");
  chunk.element.replaceChildren(...rows);
}

// fillWhenIdle fills the rest of a file of ordinary size, so that the browser's own search finds everything.
function fillWhenIdle(of) {
  const next = (window.requestIdleCallback ?? (f => setTimeout(f, 50)));
  const work = () => {
    const chunk = view === of && of.chunks.find(c => !c.filled);
    if (!chunk) return;
    fill(chunk);
    next(work);
  };
  next(work);
}

function gapOf(gap, index) {
  const button = el("button", {type: "button", class: "gap"}, `⋯ lines ${gap.from} to ${gap.to}`);
  button.addEventListener("click", () => {
    const i = view.rows.indexOf(gap), lines = Array.from({length: gap.to - gap.from + 1}, (_, k) => gap.from + k);
    const chunk = button.closest(".chunk").chunk;
    view.rows.splice(i, 1, ...lines);
    for (const c of view.chunks) if (c.from > i) c.from += lines.length - 1;
    for (const c of view.chunks) if (c.to > i) c.to += lines.length - 1;
    view.first = new Map(view.rows.map((row, k) => [typeof row === "number" ? row : -row.from, k]));
    chunk.filled = false;
    fill(chunk);
    setLine(gap.from);
  });
  return el("div", {class: "row", role: "row", "aria-rowindex": String(index)}, el("div", {role: "cell", "aria-colspan": String(view.columns.length)}, button));
}

function rowOf(line, index) {
  const {file, marks} = view, found = marks.lines.get(line) ?? [], heat = heatOf(file, line);
  const level = filtering() || !line ? Math.max(0, ...found.map(f => f.level)) : heat.level;
  const cells = {
    line: () => el("a", {href: linkTo(file.path, line), tabIndex: -1}, line ? String(line) : "–"),
    heat: () => heatCell(line, found, level),
    loop: () => heat.depth ? "↻" + heat.depth : "",
    cpu: () => heat.cpu ? (heat.estimate ? "≈" : "") + duration(heat.cpu) : "",
    objects: () => heat.objects ? short(heat.objects) : "",
    code: () => line ? codeOf(file, line, found) : el("i", {}, "findings without a line"),
  };
  const row = el("div", {class: rowClass(line, level, found), role: "row", "aria-rowindex": String(index), "data-line": String(line)},
    view.columns.map(([cls]) => el("div", {class: cls, role: cls === "line" ? "rowheader" : "cell"}, cells[cls]())));
  if (line === state.line) row.setAttribute("aria-current", "true");
  return row;
}

function rowClass(line, level, found) {
  let cls = "row h" + level + " d" + Math.min(4, heatOf(view.file, line).depth);
  if (line && line === state.line) cls += " here";
  if (line >= state.line && line <= state.to && state.line) cls += " range";
  if (found.some(f => f.fresh)) cls += " fresh";
  return cls;
}

function heatCell(line, found, level) {
  const {state: known, reason} = stateOf(view.file, line), sum = letters(found);
  const more = view.file.notes?.[line] || (found.length === 0 && known !== NO_DATA);
  if (!found.length && !more) {
    const missing = reason && reason !== "no code";
    return el("span", {class: "none", title: reason}, missing ? "?" : "", missing ? el("span", {class: "sr"}, "no data: " + reason) : null);
  }
  if (!found.length) {
    return el("button", {type: "button", class: "heat quiet", tabIndex: -1, "aria-expanded": "false", "aria-label": `Line ${line}: ${known === NO_DATA ? "notes" : "clean"}`,
      title: "clean: show the machine code"}, "·");
  }
  const fresh = found.some(f => f.fresh), shown = (fresh ? "new " : "") + (level ? level + " " : "") + sum.text;
  const cost = found.some(f => f.cls === "costs"), credit = found.every(f => f.cls === "credit");
  return el("button", {type: "button", class: "heat l" + level + (credit ? " credit" : cost ? "" : " info"), "aria-expanded": "false",
    title: sum.words, "aria-label": `${shown}: line ${line || "unknown"}, heat ${level} of 5: ${sum.words}`},
  fresh ? el("span", {class: "new"}, "new ") : null, level ? el("b", {}, String(level)) : "", level ? " " : "", sum.text);
}

// Lexical colour: comments, strings and keywords of Go, C and the kernel language. What spans lines is found once for each file.
const tokens = /\/\/.*|\/\*.*?(?:\*\/|$)|"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|`[^`]*(?:`|$)|\b[A-Za-z_]\w*\b/g;
const keywords = new Set(("break case chan const continue default defer else fallthrough for func go goto if import interface map package range " +
  "return select struct switch type var do double float int long short signed static typedef unsigned void while enum extern char sizeof restrict").split(" "));
const inside = new Map();

// insideAt says what a line begins in: "/*", "`" or "".
function insideAt(file, line) {
  let starts = inside.get(file);
  if (!starts) {
    starts = [""];
    for (const s of file.source) starts.push(endOf(s, starts.at(-1)));
    inside.set(file, starts);
  }
  return starts[line - 1];
}

const closing = {"/*": "*/", "`": "`"};

function endOf(s, open) {
  let from = 0;
  if (open) {
    const at = s.indexOf(closing[open]);
    if (at < 0) return open;
    from = at + closing[open].length;
  }
  let last = "";
  for (const [t] of s.slice(from).matchAll(tokens)) {
    last = t.startsWith("/*") && !(t.length > 3 && t.endsWith("*/")) ? "/*" : t[0] === "`" && (t.length < 2 || !t.endsWith("`")) ? "`" : "";
  }
  return last;
}

// tokenSpans returns [from, to, class] for each coloured token of a line.
function tokenSpans(file, line, s) {
  const spans = [], open = insideAt(file, line);
  let from = 0;
  if (open) {
    const at = s.indexOf(closing[open]);
    from = at < 0 ? s.length : at + closing[open].length;
    spans.push([0, from, open === "`" ? "str" : "com"]);
  }
  for (const m of s.slice(from).matchAll(tokens)) {
    const cls = m[0][0] === "/" ? "com" : "\"'`".includes(m[0][0]) ? "str" : keywords.has(m[0]) ? "key" : "";
    if (cls) spans.push([from + m.index, from + m.index + m[0].length, cls]);
  }
  return spans;
}

// codeOf returns the text of a line, its tokens coloured and the places of findings underlined, those of credits in their own colour.
function codeOf(file, line, found) {
  const s = file.source?.[line - 1] ?? "";
  if (!s) return "";
  const spans = tokenSpans(file, line, s), places = new Map();
  for (const f of found) {
    if (f.at < 0 || f.at >= s.length || f.col <= 0 || f.cls === "credit" && places.has(f.at)) continue;
    places.set(f.at, {from: f.at, to: f.at + /^(?:[\w$]+|.)/u.exec(s.slice(f.at))[0].length, credit: f.cls === "credit"});
  }
  const cuts = [...new Set([0, s.length, ...spans.flatMap(([a, b]) => [a, b]), ...[...places.values()].flatMap(p => [p.from, p.to])])].sort((a, b) => a - b);
  const out = [];
  for (let i = 0, k = 0; i + 1 < cuts.length; i++) {
    const at = cuts[i], piece = s.slice(at, cuts[i + 1]);
    while (k < spans.length && spans[k][1] <= at) k++;
    const cls = k < spans.length && spans[k][0] <= at ? spans[k][2] : "";
    const marked = [...places.values()].find(p => p.from <= at && at < p.to);
    out.push(marked ? el("u", {class: cls + (marked.credit ? " free" : "")}, piece) : cls ? el("span", {class: cls}, piece) : piece);
  }
  return out;
}

// Rows by line, the current line, and the place in the window.

function rowElement(line) {
  const index = view?.first.get(line);
  if (index === undefined) return null;
  const chunk = view.chunks.find(c => index >= c.from && index < c.to);
  fill(chunk);
  return chunk.element.querySelector(`.row[data-line="${line}"]`);
}

function topRow() {
  const box = $("source"), top = box.getBoundingClientRect().top + ROW;
  for (const chunk of view.chunks) {
    if (!chunk.filled || chunk.element.getBoundingClientRect().bottom < top) continue;
    for (const row of chunk.element.querySelectorAll(".row[data-line]")) {
      const y = row.getBoundingClientRect().top;
      if (y >= top - ROW) return {line: Number(row.dataset.line), offset: y - box.getBoundingClientRect().top};
    }
  }
  return null;
}

function restoreTop({line, offset}) {
  const row = rowElement(line), box = $("source");
  if (row) box.scrollTop += row.getBoundingClientRect().top - box.getBoundingClientRect().top - offset;
}

function reveal(row) {
  const box = $("source").getBoundingClientRect(), r = row.getBoundingClientRect();
  if (r.top < box.top + 2 * ROW || r.bottom > box.bottom - 2 * ROW) $("source").scrollTop += r.top - box.top - box.height / 3;
}

// markLine shows which line is current, and moves the focus to its button if asked to.
function markLine(focus) {
  for (const row of $("source").querySelectorAll(".here, .range")) {
    row.classList.remove("here", "range");
    row.removeAttribute("aria-current");
  }
  if (!view || !state.line) return;
  for (let line = state.line; line <= Math.min(state.to, state.line + 2000); line++) rowElement(line)?.classList.add("range");
  const row = rowElement(state.line);
  if (!row) return;
  row.classList.add("here");
  row.setAttribute("aria-current", "true");
  if (view.file.editor) $("in-editor").href = editorAt(view.file, state.line, 1);
  reveal(row);
  if (focus) (row.querySelector("button.heat") ?? $("source")).focus({preventScroll: true});
}

function setLine(line, focus = true) {
  state.line = line;
  state.to = 0;
  markLine(focus);
  writeState(false);
}

function toggleLine(line) {
  const row = rowElement(line);
  if (!row?.querySelector("button.heat")) return;
  if (state.open.delete(line)) {
    row.nextElementSibling?.classList.contains("detail") && row.nextElementSibling.remove();
    row.querySelector("button.heat").setAttribute("aria-expanded", "false");
  } else {
    state.open.add(line);
    row.after(openRow(row, line));
  }
  writeState(false);
}

function openRow(row, line) {
  row.querySelector("button.heat")?.setAttribute("aria-expanded", "true");
  return el("div", {class: "detail", role: "row", "data-line": String(line)},
    el("div", {role: "cell", class: "sheet", "aria-colspan": String(view.columns.length)}, detailOf(view.file, line, view.marks.lines.get(line) ?? [])));
}

function setUpSource() {
  $("source").addEventListener("click", event => {
    const row = event.target.closest(".row[data-line]");
    if (!row) return;
    const line = Number(row.dataset.line);
    if (event.target.closest("button.heat")) {
      setLine(line, false);
      toggleLine(line);
    } else if (event.target.closest(".line a")) {
      if (event.metaKey || event.ctrlKey || event.shiftKey && !state.line) return;
      event.preventDefault();
      if (event.shiftKey) [state.line, state.to] = [Math.min(state.line, line), Math.max(state.line, line)];
      else [state.line, state.to] = [line, 0];
      markLine(false);
      writeState(true);
    } else if (!getSelection()?.toString()) {
      setLine(line, false);
    }
  });
  new ResizeObserver(() => $("source").style.setProperty("--pane", $("source").clientWidth + "px")).observe($("source"));
}

