// The data of the report, unpacked from the lists that data.go and document.go write.

const data = JSON.parse(document.getElementById("data").textContent);
const kinds = new Map(data.kinds.map(([id, letter = "", title = "", cls = "costs", help = "", hint = "", before = "", after = ""], order) =>
  [id, {id, letter, title, cls, help, hint, before, after, order}]));
const hasCPU = Boolean(data.profile?.cpu), hasAlloc = Boolean(data.profile?.alloc);
const NO_DATA = 0, CLEAN = 1, FLAGGED = 2;

function kindOf(id) {
  return kinds.get(id) ?? {id, letter: "?", title: id, cls: "info", help: "", hint: "", before: "", after: "", order: kinds.size};
}

// unpackFindings returns the findings of one block ("costs", "info" or "credit") of a file.
function unpackFindings(file, cls) {
  const block = file[cls];
  if (!block) return [];
  const s = block.strings;
  return block.list.map(row => {
    const [line = 0, col = 0, kind = 0, text = 0, count = 0, level = 0, heat = 0, depth = 0, func = 0, target = 0, machine = 0, test = 0,
      symbol = 0, sites = 0, shapes = 0, flags = 0, quiet = 0, depthBy = 0, shift = 0, cost = 0, pkg = 0, ...chain] = row;
    const frames = [];
    for (let i = 0; i + 2 < chain.length; i += 3) frames.push({func: s[chain[i]], file: s[chain[i + 1]], line: chain[i + 2]});
    return {
      file, cls, line, col, kind: kindOf(s[kind]), text: s[text], count, level, heat, depth, func: s[func], target: s[target], machine, test,
      symbol: s[symbol], sites, shapes, wrapper: Boolean(flags & 1), estimate: Boolean(flags & 2), fresh: Boolean(flags & 4),
      quiet: s[quiet], depthBy: s[depthBy], at: col - 1 + shift, cost, package: s[pkg] || file.package, chain: frames,
    };
  });
}

function unpackFile(file) {
  const count = file.states.at(-1)?.[0] ?? 0;
  file.length = Math.max(count, file.source?.length ?? 0);
  file.heats = new Map(file.lines.map(([line, level = 0, heat = 0, depth = 0, cpu = 0, objects = 0, estimate = 0]) =>
    [line, {level, heat, depth, cpu, objects, estimate: Boolean(estimate)}]));
  file.findings = ["costs", "info", "credit"].flatMap(cls => unpackFindings(file, cls));
  file.name = file.path.slice(file.path.lastIndexOf("/") + 1);
  return file;
}

const files = data.files.map(unpackFile);
const fileByPath = new Map(files.map(f => [f.path, f]));
const findings = files.flatMap(f => f.findings).sort((a, b) => b.heat - a.heat || b.level - a.level);
const loops = data.loops.list.map(row => {
  const [file = 0, from = 0, to = 0, func = 0, target = 0, depth = 0, level = 0, heat = 0, cpu = 0, count = 0, estimate = 0] = row;
  const s = data.loops.strings;
  return {file: fileByPath.get(s[file]), from, to, func: s[func], target: s[target], depth, level, heat, cpu, count, estimate: Boolean(estimate)};
}).filter(l => l.file);
rankLoops(loops);
const targets = [...new Set(findings.map(f => f.target))].sort();

// rankLoops sorts loops by level and then by own heat, that outside of their inner loops: a loop that is hot only by what is in it comes after that.
function rankLoops(list) {
  const together = Map.groupBy(list, l => l.file.path + "\n" + l.target);
  for (const l of list) l.own = l.heat;
  for (const l of list) {
    let around = null;
    for (const o of together.get(l.file.path + "\n" + l.target)) {
      if (o.depth < l.depth && o.from <= l.from && l.to <= o.to && o.depth > (around?.depth ?? 0)) around = o;
    }
    if (around) around.own -= l.heat;
  }
  list.sort((a, b) => b.level - a.level || b.own - a.own || b.heat - a.heat || b.depth - a.depth);
}

const noHeat = Object.freeze({level: 0, heat: 0, depth: 0, cpu: 0, objects: 0, estimate: false});
const heatOf = (file, line) => file.heats.get(line) ?? noHeat;

// spanAt returns the first of sorted spans that ends at or after a line.
function spanAt(spans, line, end) {
  let low = 0, high = spans.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (spans[mid][end] < line) low = mid + 1; else high = mid;
  }
  return spans[low];
}

function stateOf(file, line) {
  const [, state = NO_DATA, reason = ""] = spanAt(file.states, line, 0) ?? [];
  return {state, reason};
}

function funcOf(file, line) {
  const span = spanAt(file.funcs, line, 1);
  return span && span[0] <= line ? span[2] : "";
}

// machineCode resolves to the machine code of a file, by line; null where it was left out of the page.
const unpackedCode = new Map();
function machineCode(file) {
  let code = unpackedCode.get(file);
  if (!code) {
    code = Promise.all([file.hot, file.cold].map(unzip)).then(([hot, cold]) => ({...cold, ...hot}));
    unpackedCode.set(file, code);
  }
  return code;
}

async function unzip(base64) {
  if (!base64) return {};
  const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

