// The calculator: a model's ledger and the MFU of a speed, live.
import { group, percent, table } from "./dom.js";

const $ = (id) => document.getElementById(id);
const form = $("calc-form");

export function calculatorSection(auditor, choices) {
  let turn = 0;

  async function calculate() {
    const mine = ++turn;
    const c = await choices;
    const { model, config, claimed, "tokens-per-sec": speed, ...facts } = Object.fromEntries(new FormData(form));
    let answer;
    try {
      answer = await auditor.ask("calculate", { given: { model, config, facts }, tokens_per_sec: speed, claimed });
      if (mine === turn) complain("");
    } catch (err) {
      if (mine === turn) complain(err.message, err.field);
      return;
    }
    if (mine === turn) show(answer, c.conventions.conventions, claimed);
  }

  // show writes the tables. The numbers are those of the command; here they are only laid out.
  function show({ flops, reproduced }, conventions, claimed) {
    const mfu = flops.mfu ?? {};
    const hasMFU = Object.keys(mfu).length > 0;
    const full = Number(flops.training_flops_per_token["matmul-full"]);
    const parts = [`${group(flops.training_flops_per_token["matmul-full"])} FLOPs per token`, `S ${group(flops.seq_len)}`, `${group(flops.parameters.total)} parameters`];
    if (hasMFU) parts.unshift(`MFU ${percent(mfu["matmul-full"])} (matmul-full)`);
    if (claimed.trim() !== "" && hasMFU) parts.push(reproduced.length > 0 ? `${claimed.trim()} % is ${reproduced.join(", ")}` : `no convention gives ${claimed.trim()} %`);
    $("calc-headline").textContent = parts.join(" · ");
    const asked = hasMFU && claimed.trim() !== "";
    const columns = [
      { title: "convention" }, ...(hasMFU ? [{ title: "MFU", number: true }] : []), ...(asked ? [{ title: "as claimed" }] : []),
      { title: "FLOPs per token", number: true }, { title: "ratio", number: true }, { title: "kind" },
    ];
    table($("calc-conventions"), "Training FLOPs per token and MFU under each convention", columns, conventions.map(({ name, kind }) => {
      const n = flops.training_flops_per_token[name];
      return [
        name, ...(hasMFU ? [name in mfu ? percent(mfu[name]) : "–"] : []), ...(asked ? [reproduced.includes(name) ? "yes" : ""] : []),
        group(n), (Number(n) / full).toFixed(5), kind,
      ];
    }));
    const sum = flops.ledger.reduce((s, l) => s + Number(l.forward_flops_per_token), 0);
    table($("calc-ledger"), "Parameters and forward FLOPs per token by component", [
      { title: "component" }, { title: "layers", number: true }, { title: "parameters", number: true }, { title: "forward FLOPs per token", number: true }, { title: "share", number: true },
    ], flops.ledger.map((l) => [
      l.component, group(l.layers), l.parameters > 0 ? group(l.parameters) : "–",
      Number(l.forward_flops_per_token) > 0 ? group(l.forward_flops_per_token) : "–",
      Number(l.forward_flops_per_token) > 0 ? percent(Number(l.forward_flops_per_token) / sum) : "",
    ]));
  }

  function complain(message, field) {
    $("calc-problem").hidden = message === "";
    $("calc-problem").textContent = message;
    $("calc-result").classList.toggle("stale", message !== "");
    for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
    const input = field && form.querySelector(`[name="${field}"]`);
    if (!input) return;
    input.setAttribute("aria-invalid", "true");
    $("calc-problem").textContent = `${form.querySelector(`label[for="${input.id}"]`).textContent}: ${message}`;
  }

  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(calculate, 80);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  return () => calculate();
}
