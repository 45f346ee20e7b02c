// What is shown, and its form in the address.

// Fields of the address that are flags, and those that are text. "test" is "" (with tests), "no" or "only".
const flagFields = ["loop", "new", "info", "credit", "around"], textFields = ["target", "package", "test", "q"];

function emptyState() {
  return {path: "", line: 0, to: 0, kind: new Set(), heat: 0, open: new Set(), loop: false, new: false, info: false, credit: false, around: false,
    target: "", package: "", test: "", q: ""};
}

const encode = s => encodeURIComponent(s).replace(/%2F/g, "/").replace(/%20/g, "+");

function decode(s) {
  try {
    return decodeURIComponent(s.replace(/\+/g, " "));
  } catch {
    return s;
  }
}

function parseState(hash) {
  const state = emptyState();
  const [place, ...fields] = hash.replace(/^#/, "").split(";");
  const [, path, line, to] = /^(.*?)(?::(\d+)(?:-(\d+))?)?$/.exec(place);
  state.path = decode(path);
  state.line = Number(line ?? 0);
  state.to = Number(to ?? 0);
  for (const field of fields) {
    const at = field.indexOf("=");
    const name = at < 0 ? field : field.slice(0, at), value = at < 0 ? "" : field.slice(at + 1);
    if (name === "kind") state.kind = new Set(value.split(",").filter(Boolean).map(decode));
    else if (name === "x") state.open = new Set(value.split(",").map(Number).filter(n => n > 0));
    else if (name === "heat") state.heat = Math.min(5, Math.max(0, Math.trunc(Number(value)) || 0));
    else if (flagFields.includes(name)) state[name] = true;
    else if (textFields.includes(name)) state[name] = decode(value);
  }
  return state;
}

function formatState(state) {
  let s = "#" + encode(state.path);
  if (state.path && state.line) s += ":" + state.line + (state.to > state.line ? "-" + state.to : "");
  if (state.kind.size) s += ";kind=" + [...state.kind].map(encode).join(",");
  if (state.heat) s += ";heat=" + state.heat;
  for (const name of flagFields) if (state[name]) s += ";" + name;
  for (const name of textFields) if (state[name]) s += `;${name}=${encode(state[name])}`;
  const open = [...state.open].filter(line => line > 0).sort((a, b) => a - b);
  if (open.length) s += ";x=" + open.join(",");
  return s;
}

// filterPart is the part of the address that a link to another place keeps.
const filterPart = () => formatState({...state, path: "", line: 0, open: new Set(), q: ""}).slice(1);
const linkTo = (path, line = 0, to = 0) => formatState({...emptyState(), path, line, to}) + filterPart();

let state = parseState(location.hash);
let writeTimer = 0;

// writeState brings the address up to date. A new place becomes an entry of the history at once; other changes come together, since
// browsers allow only a few hundred each half minute.
function writeState(newPlace) {
  clearTimeout(writeTimer);
  if (newPlace) {
    history.pushState(null, "", formatState(state));
    return;
  }
  writeTimer = setTimeout(flushState, 200);
}

function flushState() {
  clearTimeout(writeTimer);
  if (formatState(state) !== location.hash) history.replaceState(null, "", formatState(state));
}

// saved keeps small settings of the reader. Browsers may refuse to.
const saved = {
  get(name) {
    try { return localStorage.getItem("annotate-" + name); } catch { return null; }
  },
  set(name, value) {
    try { localStorage.setItem("annotate-" + name, value); } catch { /* the setting lasts as long as the page */ }
  },
};

