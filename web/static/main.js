// The page: which section is shown, and the choices that its forms offer.
import { Auditor } from "./auditor.js";
import { auditSection } from "./audit.js";
import { calculatorSection } from "./calculator.js";
import { rulesSection } from "./rules.js";
import { gallerySection } from "./gallery.js";
import { element } from "./dom.js";

const $ = (id) => document.getElementById(id);

const lookup = new Auditor(); // answers the calculator while the other one audits
const audits = new Auditor();

const choices = lookup.ask("catalogue", {});
choices.then(() => audits.start(), () => {}); // compiled once; ready before a file is dropped
choices.then((c) => {
  $("version").textContent = c.version;
  $("models").append(...c.models.map((name) => element("option", { value: name })));
  for (const select of document.querySelectorAll("[data-choices]")) {
    const audit = select.form.id === "audit-form";
    const options = select.dataset.choices === "devices" ? c.devices.map((d) => [d.id, d.name]) : c.precisions.map((p) => [p, p]);
    const none = select.dataset.choices === "devices" ? (audit ? "as logged" : "none") : audit ? "as logged" : "bf16 unless chosen";
    const chosen = select.dataset.value ?? "";
    select.append(element("option", { value: "" }, none), ...options.map(([value, text]) => element("option", { value, selected: value === chosen }, text)));
  }
  document.documentElement.dataset.ready = "true";
});

const audit = auditSection(audits, choices);
const sections = {
  audit: audit.show,
  calculator: calculatorSection(lookup, choices),
  rules: rulesSection(choices),
  examples: gallerySection(audit.run),
};

// show shows the section that the fragment names: #rules/MFU110, #share=…
function show() {
  const fragment = decodeURIComponent(location.hash.slice(1));
  if (fragment === "main" || fragment === "policy") {
    $(fragment).focus();
    return;
  }
  const [name, ...rest] = fragment.startsWith("share=") ? ["audit", fragment] : fragment.split("/");
  const current = name in sections ? name : "audit";
  for (const section of document.querySelectorAll("main > section")) section.hidden = section.id !== current;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === "#" + current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  sections[current](rest.join("/"));
}

addEventListener("hashchange", () => {
  show();
  scrollTo(0, 0);
});
$("policy-text").textContent = document.querySelector("meta[http-equiv]").content;
show();
