// Making elements. Foreign text goes to the screen through textContent alone.

const $ = id => document.getElementById(id);

// el makes an element. Properties are set as such, but class, data and aria, which are attributes; children are elements or texts.
function el(tag, props = {}, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") e.className = value;
    else if (name.includes("-") || name === "role") e.setAttribute(name, value);
    else e[name] = value;
  }
  e.append(...children.flat().filter(c => c !== null && c !== undefined && c !== ""));
  return e;
}

const levelBadge = level => el("span", {class: "level l" + level, title: "heat " + level + " of 5"}, String(level));
const say = message => { $("live").textContent = message; };
const number = n => n.toLocaleString("en-US");
const plural = (n, one, many = one + "s") => number(n) + " " + (n === 1 ? one : many);

function duration(ns) {
  for (const unit of ["ns", "µs", "ms"]) {
    if (ns < 999.5) return Number(ns.toPrecision(ns < 1 ? 1 : 3)) + " " + unit;
    ns /= 1000;
  }
  return Number(ns.toPrecision(3)) + " s";
}

function short(n) {
  for (const unit of ["", "k", "M"]) {
    if (n < 999.5) return Number(n.toPrecision(3)) + unit;
    n /= 1000;
  }
  return Number(n.toPrecision(3)) + "G";
}

// bar is a bar of a share, 0 to 1, drawn without a style attribute, which the page's policy forbids.
function bar(share) {
  const fill = el("span");
  fill.style.width = (100 * Math.min(1, share)).toFixed(1) + "%";
  return el("span", {class: "bar", "aria-hidden": "true"}, fill);
}

// letters sums findings up as in heat cells, "B2 H1 ✓3", credits under one sign, and in words.
function letters(list) {
  const signs = new Map(), words = new Map();
  for (const f of list.toSorted((a, b) => a.kind.order - b.kind.order)) {
    const n = f.count + f.machine || f.test, sign = f.cls === "credit" ? "✓" : f.kind.letter;
    signs.set(sign, (signs.get(sign) ?? 0) + n);
    words.set(f.kind.title, (words.get(f.kind.title) ?? 0) + n);
  }
  return {
    text: [...signs].map(([sign, n]) => sign + short(n)).join(" "),
    words: [...words].map(([title, n]) => `${number(n)} × ${title}`).join(", "),
  };
}

