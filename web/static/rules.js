// The documentation of the rules: a list to search, and a page for each.
import { element } from "./dom.js";

const $ = (id) => document.getElementById(id);

export function rulesSection(choices) {
  // prose lays out documentation: paragraphs between blank lines, indented lines as they are.
  const prose = (text) => text.trim().split(/\n\s*\n/).map((part) => (/^\s{2,}|^\t/m.test(part) ? element("pre", { tabIndex: 0 }, part) : element("p", {}, part)));

  function list(rules) {
    const words = $("rule-filter").value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = rules.filter((r) => words.every((w) => `${r.id} ${r.name} ${r.severity} ${r.summary}`.toLowerCase().includes(w)));
    $("rule-count").textContent = `${found.length} of ${rules.length} rules`;
    $("rule-items").replaceChildren(...found.map((r) => element("li", {},
      element("a", { href: "#rules/" + r.id }, `${r.id} ${r.name}`), " ", element("span", { className: "tag " + r.severity }, r.severity), element("p", {}, r.summary))));
  }

  function page(rule) {
    const parts = [["What it checks", rule.what], ["Why it matters", rule.why], ["How it happens", rule.how], ["How to mend it", rule.fix]];
    $("rule-page").replaceChildren(
      element("p", {}, element("a", { href: "#rules" }, "All rules")),
      element("h1", { tabIndex: -1 }, `${rule.id} ${rule.name}`),
      element("p", {}, element("span", { className: "tag " + rule.severity }, rule.severity), ` since ${rule.since}`),
      element("p", { className: "lead" }, rule.summary),
      ...parts.filter(([, text]) => text).flatMap(([title, text]) => [element("h2", {}, title), ...prose(text)]),
      ...(rule.needs.length > 0 ? [element("h2", {}, "What it needs"), element("p", {}, rule.needs.join(", "))] : []),
      ...(rule.citations.length > 0 ? [element("h2", {}, "Sources"), element("ul", {}, ...rule.citations.map((c) => element("li", {}, c.text, ...(c.url ? [element("br"), element("a", { href: c.url, target: "_blank", rel: "noreferrer noopener" }, c.url)] : []))))] : []),
    );
    $("rule-page").querySelector("h1").focus();
  }

  $("rule-filter").addEventListener("input", async () => list((await choices).rules.rules));

  return async (id) => {
    const { rules } = (await choices).rules;
    const rule = rules.find((r) => r.id === id.toUpperCase() || r.name === id);
    $("rule-list").hidden = Boolean(rule);
    $("rule-page").hidden = !rule;
    if (rule) page(rule);
    else list(rules);
  };
}
