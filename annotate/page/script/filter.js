// Which findings are shown.

// The words of a search that narrow findings. Each makes a test from what follows the colon.
const searchFields = {
  kind: v => f => kinds.has(v) ? f.kind.id === v : f.kind.letter.toLowerCase() === v || (v.length > 2 && f.kind.title.toLowerCase().includes(v)),
  heat: v => f => f.level >= Number(v),
  depth: v => f => f.depth >= Number(v),
  func: v => f => f.func.toLowerCase().includes(v),
  file: v => f => f.file.path.toLowerCase().includes(v),
  pkg: v => f => f.file.package.toLowerCase().includes(v),
  package: v => f => f.file.package.toLowerCase().includes(v),
  target: v => f => f.target === v,
  is: v => f => v === "new" ? f.fresh : v === "test" ? f.file.test : f.cls === v,
};

// parseQuery splits a search into lower-case words and tests of findings.
function parseQuery(q) {
  const words = [], tests = [];
  for (const [, name, quoted, bare] of q.matchAll(/(?:(\w+):)?(?:"([^"]*)"|(\S+))/g)) {
    const value = (quoted ?? bare).toLowerCase();
    if (name && searchFields[name.toLowerCase()]) tests.push(searchFields[name.toLowerCase()](value));
    else words.push(name ? name.toLowerCase() + ":" + value : value);
  }
  return {words, tests};
}

// compileFilter returns the test that a finding passes to be shown in the present state.
function compileFilter() {
  const {tests} = parseQuery(state.q);
  if (state.kind.size) tests.push(f => state.kind.has(f.kind.id));
  else tests.push(f => f.cls === "costs" || state[f.cls]);
  if (state.heat) tests.push(f => f.level >= state.heat);
  if (state.loop) tests.push(f => f.depth > 0);
  if (state.new) tests.push(f => f.fresh);
  if (state.target) tests.push(f => f.target === state.target);
  if (state.package) tests.push(f => f.file.package === state.package);
  if (state.test === "no") tests.push(f => !f.file.test && f.count + f.machine > 0);
  if (state.test === "only") tests.push(f => f.file.test || f.test > 0);
  return f => tests.every(t => t(f));
}

const filtering = () => Boolean(state.kind.size || state.heat || state.loop || state.new || state.target || state.package || state.test ||
  parseQuery(state.q).tests.length);

// What passes the filter, made anew whenever the filter changes: the findings, hottest first, by file, and the files, hottest first.
let passing = [], byFile = new Map(), order = [], filterKey = null;

// applyFilter reports whether anything changed.
function applyFilter() {
  const key = filterPart() + parseQuery(state.q).tests.length + state.q;
  if (key === filterKey) return false;
  filterKey = key;
  const pass = compileFilter();
  passing = findings.filter(pass);
  byFile = new Map(files.map(file => [file, {heat: 0, count: 0, lines: new Map(), file}]));
  for (const f of passing) {
    const of = byFile.get(f.file);
    of.heat += f.heat;
    of.count += f.cls === "costs" ? f.count + f.machine || f.test : 0;
    const line = f.line >= 1 && f.line <= f.file.length ? f.line : 0;
    if (!of.lines.has(line)) of.lines.set(line, []);
    of.lines.get(line).push(f);
  }
  for (const of of byFile.values()) of.sorted = [...of.lines.keys()].sort((a, b) => a - b);
  order = packageOrder();
  return true;
}

// packageOrder returns the packages, hottest first, each with its files, hottest first.
function packageOrder() {
  const packages = new Map(data.packages.map(([path, named = 0, error = ""]) => [path, {path, named, error, files: [], heat: 0, count: 0}]));
  for (const of of byFile.values()) {
    const path = of.file.package;
    if (!packages.has(path)) packages.set(path, {path, named: 0, error: "", files: [], heat: 0, count: 0});
    const p = packages.get(path);
    p.files.push(of);
    p.heat += of.heat;
    p.count += of.count;
  }
  const hottest = (a, b) => b.heat - a.heat || b.count - a.count || (name(a) < name(b) ? -1 : 1);
  const name = x => x.path ?? x.file.path;
  const list = [...packages.values()].filter(p => p.files.length || p.error).sort(hottest);
  for (const p of list) p.files.sort(hottest);
  return list;
}

const fileOrder = () => order.flatMap(p => p.files).filter(of => of.lines.size);

