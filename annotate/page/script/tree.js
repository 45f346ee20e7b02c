// The tree of packages and files.

const closedPackages = new Set();

// commonPath is the leading folders that all packages share, which the tree leaves out.
const commonPath = (() => {
  const paths = [...new Set(files.map(f => f.package))];
  let common = paths[0]?.split("/").slice(0, -1) ?? [];
  for (const path of paths) {
    const parts = path.split("/");
    const differs = common.findIndex((part, i) => part !== parts[i] || i === parts.length - 1);
    if (differs >= 0) common = common.slice(0, differs);
  }
  return common.length ? common.join("/") + "/" : "";
})();

const packageName = path => path.startsWith(commonPath) ? path.slice(commonPath.length) : path;

function renderTree() {
  const all = {heat: order.reduce((sum, p) => sum + p.heat, 0) || 1, most: Math.max(...[...byFile.values()].map(of => of.heat)) || 1};
  if (!closedPackages.size && files.length > 60) {
    for (const p of order.slice(3)) closedPackages.add(p.path);
  }
  const open = fileByPath.get(state.path)?.package;
  if (open) closedPackages.delete(open);
  $("tree").replaceChildren(el("ul", {}, order.map(p => packageItem(p, all))));
  markTree();
}

function packageItem(p, all) {
  const closed = closedPackages.has(p.path);
  const list = el("ul", {hidden: closed}, closed ? [] : p.files.map(of => fileItem(of, all)));
  const button = el("button", {type: "button", class: "package", "aria-expanded": String(!closed), title: p.path},
    el("span", {class: "name"}, el("bdi", {}, packageName(p.path))), p.error ? el("span", {class: "tag bad"}, "not built") : null, share(p.heat, all.heat), el("span", {class: "n"}, short(p.count)));
  button.addEventListener("click", () => {
    if (closed) closedPackages.delete(p.path); else closedPackages.add(p.path);
    const item = button.parentElement, fresh = packageItem(p, all);
    item.replaceWith(fresh);
    fresh.querySelector("button").focus();
    markTree();
  });
  return el("li", {}, button, list);
}

function fileItem(of, all) {
  const {file} = of;
  return el("li", {}, el("a", {class: "file", href: linkTo(file.path), title: file.path + ": " + plural(of.count, "finding"), "data-path": file.path},
    el("span", {class: "name"}, file.name), bar(of.heat / all.most), share(of.heat, all.heat), el("span", {class: "n"}, short(of.count))));
}

const share = (heat, all) => el("span", {class: "n share-of"}, heat ? (100 * heat / all < 0.5 ? "<1" : Math.round(100 * heat / all)) + " %" : "");

// markTree marks the open file.
function markTree() {
  for (const a of $("tree").querySelectorAll("a.file")) {
    const here = a.dataset.path === state.path;
    if (here) a.setAttribute("aria-current", "page"); else a.removeAttribute("aria-current");
    if (here) a.scrollIntoView({block: "nearest"});
  }
}

