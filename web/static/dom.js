// Elements without a framework. Text is always text: nothing of a log is ever parsed as HTML by this page.

// element makes an element with properties and children.
export function element(name, properties = {}, ...children) {
  const e = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in e) e[key] = value;
    else e.setAttribute(key, value);
  }
  e.append(...children);
  return e;
}

// table fills a table: columns are {title, number}, rows are lists of cells, of which the first names the row.
export function table(into, caption, columns, rows) {
  const row = (r) => element("tr", {}, ...r.map((cell, i) => element(i === 0 ? "th" : "td", { className: columns[i].number ? "number" : "", ...(i === 0 ? { scope: "row" } : {}) }, cell)));
  into.replaceChildren(
    element("caption", { className: "visually-hidden" }, caption),
    element("thead", {}, element("tr", {}, ...columns.map((c) => element("th", { scope: "col", className: c.number ? "number" : "" }, c.title)))),
    element("tbody", {}, ...rows.map(row)),
  );
}

// group writes a whole number with narrow spaces between thousands.
export const group = (n) => {
  const [whole, part] = String(n).split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, "\u202f") + (part ? "." + part : "");
};

export const percent = (x, digits = 2) => (x * 100).toFixed(digits) + "\u202f%";
