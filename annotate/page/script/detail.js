// What is known of one line.

const MAX_INSTRUCTIONS = 300;

function detailOf(file, line, found) {
  const sorted = [...found].sort((a, b) => b.heat - a.heat || a.kind.order - b.kind.order || a.col - b.col);
  const parts = sorted.map(f => findingDetail(file, f));
  const {state: known, reason} = stateOf(file, line), {cpu, objects, estimate} = heatOf(file, line);
  if (cpu || objects) {
    const measured = [cpu ? duration(cpu) + (estimate ? ", an estimate" : "") : "", objects ? plural(objects, "object") + " allocated" : ""].filter(Boolean);
    parts.unshift(el("p", {class: "muted"}, "In the profile: " + measured.join(" · ")));
  }
  if (!found.length) parts.push(el("p", {class: "muted"}, known === NO_DATA ? "No data: " + (reason || "no code") : known === CLEAN ? "Clean: compiled, and nothing found that costs." :
    "No finding passes the filters."));
  for (let i = 0, n = file.notes?.[line] ?? []; i < n.length; i += 2) {
    parts.push(el("div", {class: "note"}, el("h3", {}, n[i]), codeBlock(n[i + 1], n[i])));
  }
  const asm = el("div", {class: "asm"});
  parts.push(asm);
  showCode(asm, file, line);
  if (file.editor) parts.push(el("p", {}, el("a", {href: editorAt(file, line, Math.max(1, sorted[0]?.col ?? 1))}, "Open line in editor")));
  return parts;
}

const codeBlock = (text, label) => el("pre", {tabIndex: 0, role: "group", "aria-label": label}, text);

function findingDetail(file, f) {
  const times = f.count + f.machine;
  const head = el("h3", {}, el("b", {class: "letter"}, f.kind.letter), " ", f.kind.title, times > 1 ? " ×" + number(times) : "");
  const facts = [f.depth ? `in ${plural(f.depth, "loop")}${f.depthBy === "syntax" ? " of the source" : ""}` : "",
    f.func ? "in " + f.func : "", f.heat ? (hasCPU ? "up to " + duration(f.heat) + " of the run" : "weighs " + duration(f.heat)) : "", f.machine ? plural(f.machine, "place") + " only in machine code" : "",
    f.test ? plural(f.test, "line") + " only of tests" : "", f.sites ? "inlined into " + plural(f.sites, "place") : "", f.shapes ? "in " + plural(f.shapes, "instance") + " of the generic function" : "",
    f.wrapper ? "in a wrapper that the compiler made" : "", f.package !== file.package ? "compiled for " + f.package : ""].filter(Boolean);
  return el("div", {class: "finding " + f.cls, "data-kind": f.kind.id}, head,
    el("p", {class: "muted"}, levelTag(f), tag(f.target), f.fresh ? tag("new", "fresh") : null, f.estimate ? tag("≈ estimate") : null, " ", facts.join(" · ")),
    f.quiet ? el("p", {}, "Costs nothing here: " + f.quiet + ".") : f.kind.hint ? el("p", {}, f.kind.hint) : null,
    el("pre", {class: "said", tabIndex: 0, role: "group", "aria-label": "The compiler's words"}, `${file.name}:${f.line}${f.col ? ":" + f.col : ""}: ${f.text}${f.symbol && !f.text.includes(f.symbol) ? "  (" + f.symbol + ")" : ""}`),
    chainOf(f), aboutKind(f.kind));
}

const levelTag = f => f.level ? levelBadge(f.level) : null;

function chainOf(f) {
  if (!f.chain.length) return null;
  const step = ({func, file, line}) => {
    const place = file + (file && line ? ":" + line : "");
    return el("li", {}, el("code", {}, func), " ", fileByPath.has(file) ? el("a", {href: linkTo(file, line)}, place) : place);
  };
  return el("div", {}, el("p", {class: "muted"}, "Comes here by inlining, outermost first:"), el("ol", {class: "chain"}, f.chain.map(step)));
}

function aboutKind(kind) {
  if (!kind.help && !kind.before && !kind.after) return null;
  const example = (title, code) => code ? el("div", {}, el("p", {class: "muted"}, title), codeBlock(code, title)) : null;
  const [before, after] = kind.cls === "credit" ? ["Not so here", "So here"] : ["Before", "After"];
  return el("details", {}, el("summary", {}, "About: " + kind.title), el("p", {}, kind.help), el("div", {class: "examples"}, example(before, kind.before), example(after, kind.after)));
}

// showCode shows the machine code of a line once it is unpacked.
async function showCode(box, file, line) {
  let code = null;
  try {
    code = (await machineCode(file))[line];
  } catch (err) {
    box.replaceChildren(el("p", {class: "muted"}, "The machine code cannot be unpacked: " + err.message));
    return;
  }
  if (!code) {
    const left = !(file.hot || file.cold) ? "No machine code of this file in the page." : file.hot && !file.cold && !heatOf(file, line).level ?
      "The machine code of lines without heat is not in the page." : "";
    box.replaceChildren(left && stateOf(file, line).state !== NO_DATA ? el("p", {class: "muted"}, left) : "");
    return;
  }
  box.replaceChildren(el("h3", {}, "Machine code of the line"), ...code.map(symbolCode));
}

function symbolCode([symbol, ...flat]) {
  const lines = [];
  for (let i = 0; i + 2 < flat.length; i += 3) lines.push([flat[i], flat[i + 1], flat[i + 2]]);
  const pre = el("pre", {tabIndex: 0, role: "group", "aria-label": "Machine code in " + symbol});
  const show = list => pre.append(...list.map(([offset, depth, text]) =>
    el("span", {class: "instr" + (depth ? " inloop" : "")}, offset.toString(16).padStart(5), " ", (depth ? "↻" + depth : "").padEnd(3), " ", text + "\n")));
  show(lines.slice(0, MAX_INSTRUCTIONS));
  const rest = lines.length - MAX_INSTRUCTIONS;
  const more = rest > 0 ? el("button", {type: "button"}, `${number(rest)} more instructions`) : null;
  more?.addEventListener("click", () => {
    show(lines.slice(MAX_INSTRUCTIONS));
    more.remove();
    pre.focus();
  });
  return el("div", {}, el("p", {class: "muted"}, "in ", el("code", {}, symbol)), pre, more);
}

