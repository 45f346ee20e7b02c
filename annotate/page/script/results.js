// What a search found: files, functions, findings and lines of source.

const MAX_LINES = 1000;

function renderResults() {
  const {words} = parseQuery(state.q);
  const has = text => { const t = text.toLowerCase(); return words.every(w => t.includes(w)); };
  const inFilter = file => (!state.package || file.package === state.package) && byFile.get(file).lines.size > 0;
  const searched = words.length ? files.filter(f => inFilter(f) || !filtering()) : [];
  const found = passing.filter(f => has([f.text, f.kind.id, f.kind.title, f.func, f.symbol, f.file.path].join(" ")));
  const sections = [
    ["Files", searched.filter(f => has(f.path)), f => placeItem(f, 0, 0, levelWithin(f, 0, f.length), [plural(byFile.get(f).count, "finding")], f.path)],
    ["Functions", searched.flatMap(f => f.funcs.filter(s => has(s[2])).map(s => [f, s])), ([f, s]) =>
      placeItem(f, s[0], 0, levelWithin(f, s[0], s[1]), [s[2]], sourceText(f, s[0]))],
    ["Findings", groupFindings(found), findingItem],
    ["Lines", findLines(searched, has), ([f, line]) => placeItem(f, line, line, heatOf(f, line).level, [funcOf(f, line) || f.package], sourceText(f, line))],
  ];
  const total = sections.reduce((n, [, list]) => n + list.length, 0);
  $("results-title").textContent = total ? "Found" : "Nothing found";
  $("results-body").replaceChildren(...sections.filter(([, list]) => list.length).map(section));
  say(sections.map(([title, list]) => plural(list.length, title.toLowerCase().slice(0, -1))).join(", "));
}

// levelWithin is the highest level of the lines from and to and between.
const levelWithin = (file, from, to) => Math.max(0, ...byFile.get(file).sorted.filter(line => line >= from && line <= to).map(line => heatOf(file, line).level));

function findLines(searched, has) {
  const list = [];
  for (const file of searched) {
    for (let i = 0; i < (file.source?.length ?? 0); i++) {
      if (has(file.source[i])) list.push([file, i + 1]);
      if (list.length >= MAX_LINES) return list;
    }
  }
  return list;
}

function section([title, list, make]) {
  const items = el("ol", {class: "places"});
  const more = el("button", {type: "button"});
  const show = () => {
    const from = items.children.length;
    items.append(...list.slice(from, from + STEP).map(make));
    more.hidden = items.children.length >= list.length;
    more.textContent = `${STEP} more`;
    if (from) items.children[from].querySelector("a").focus();
  };
  more.addEventListener("click", show);
  show();
  const count = list.length >= MAX_LINES ? "first " + number(MAX_LINES) : number(list.length);
  return el("section", {}, el("h3", {}, title + " ", el("span", {class: "muted"}, count)), items, more);
}

