// The bundled runs.
import { examples } from "./examples.js";
import { typed } from "./files.js";
import { element } from "./dom.js";

const $ = (id) => document.getElementById(id);

export function gallerySection(run) {
  $("gallery").append(...examples.map(({ title, about, files }) => element("li", {},
    element("h2", {}, title),
    element("p", {}, about),
    element("p", { className: "buttons" },
      element("button", { type: "button", "aria-label": `${files.length > 1 ? "Audit these runs" : "Audit this run"}: ${title}`, onclick: () => run(files.map(([name, text]) => typed(name, text))) }, files.length > 1 ? "Audit these runs" : "Audit this run")),
    ...files.map(([name, text]) => element("details", {}, element("summary", {}, name), element("pre", { tabIndex: 0, "aria-label": name }, text))))));
  return () => {};
}
