// The section that audits what is dropped, chosen or pasted.
import { Cancelled } from "./auditor.js";
import { bytes, chosen, dropped, tops, typed } from "./files.js";
import { decode, encode } from "./share.js";
import { element } from "./dom.js";

const $ = (id) => document.getElementById(id);
const form = $("audit-form");

// given is what the user stated beside the log.
function given() {
  const all = Object.fromEntries(new FormData(form));
  const { model = "", config = "", ...rest } = all;
  return { model, config, facts: Object.fromEntries(Object.entries(rest).filter(([, value]) => value.trim() !== "")) };
}

// state fills the form with what a link states.
function state({ model = "", config = "", facts = {} }) {
  const values = { model, config, ...facts };
  for (const field of form.querySelectorAll("[name]")) field.value = values[field.name] ?? "";
  $("given").open ||= Object.values(values).some((value) => value !== "");
}

// asked is what an audit is asked about files: a pasted line is a claim, anything else is looked into.
async function asked(files) {
  if (files.length === 1 && files[0].path === pasted && files[0].file.size < 2000) {
    const text = (await files[0].file.text()).trim();
    if (!text.includes("\n") && !text.startsWith("{")) return { claim: text };
  }
  return tops(files);
}

const pasted = "pasted.txt";

const size = (n) => (n < 1e6 ? `${Math.ceil(n / 1000)} kB` : `${(n / 1e6).toFixed(1)} MB`);

export function auditSection(auditor, choices) {
  let current = []; // files of the report that is shown
  let html = "";
  let turn = 0; // of the latest audit: an earlier one has nothing more to say
  let shared = ""; // fragment that is shown already

  const complain = (message, field) => {
    $("problem").hidden = message === "";
    $("problem").textContent = message;
    for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
    const input = field && form.querySelector(`[name="${field}"]`);
    if (input) {
      $("given").open = true;
      input.setAttribute("aria-invalid", "true");
      $("problem").textContent = `${form.querySelector(`label[for="${input.id}"]`).textContent}: ${message}`;
    }
  };

  const progress = (total) => ({ read, done, all }) => {
    $("work-bar").max = Math.max(total, 1);
    if (read < total && !done) {
      $("work-bar").value = read;
      $("work-text").textContent = `Read ${size(read)} of ${size(total)} …`;
    } else {
      $("work-bar").removeAttribute("value");
      $("work-text").textContent = all > 1 ? `Audited ${done ?? 0} of ${all} inputs …` : "Auditing …";
    }
  };

  async function run(files, { focus = true } = {}) {
    const mine = ++turn;
    if (!$("work").hidden) auditor.cancel();
    complain("");
    $("status").textContent = "";
    if (files.length === 0) {
      complain("There is no file in that.");
      return;
    }
    const total = bytes(files);
    $("work").hidden = false;
    $("work-text").textContent = `Starting with ${files.length === 1 ? files[0].path : files.length + " files"}, ${size(total)} …`;
    $("work-bar").removeAttribute("value");
    const started = performance.now();
    try {
      const answer = await auditor.ask("audit", { ...(await asked(files)), given: given() }, files, progress(total));
      if (mine !== turn) return;
      current = files;
      show(answer, performance.now() - started);
      if (focus && answer.runs > 0) $("result-title").focus();
    } catch (err) {
      if (mine !== turn) return;
      if (err instanceof Cancelled) $("status").textContent = "Cancelled.";
      else complain(err.message, err.field);
    } finally {
      if (mine === turn) $("work").hidden = true;
    }
  }

  function show(answer, took) {
    html = answer.html;
    const notes = answer.notes ?? [];
    $("notes").replaceChildren(...notes.map((note) => element("li", {}, note)));
    $("notes").hidden = notes.length === 0;
    $("result").hidden = answer.runs === 0;
    $("report").srcdoc = html;
    if (answer.runs === 0) complain(["Nothing of that could be audited.", ...notes].join("\n"));
    $("status").textContent = `${answer.runs === 1 ? "1 run" : answer.runs + " runs"} audited in ${(took / 1000).toFixed(2)} s.`;
    document.documentElement.dataset.took = String(Math.round(took));
  }

  $("cancel").addEventListener("click", () => {
    auditor.cancel();
    auditor.start().catch(() => {});
    $("files").focus();
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = $("paste").value;
    if (text.trim() === "") complain("Paste a log first, or drop a file.");
    else run([typed(pasted, text)]);
  });
  for (const id of ["files", "folder"]) {
    $(id).addEventListener("change", () => {
      if ($(id).files.length > 0) run(chosen($(id)));
      $(id).value = "";
    });
  }
  // What is stated changes the report that is shown.
  $("given").addEventListener("change", () => {
    if (current.length > 0) run(current, { focus: false });
  });

  addEventListener("dragover", (event) => {
    event.preventDefault();
    $("drop").classList.add("over");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) $("drop").classList.remove("over");
  });
  addEventListener("drop", async (event) => {
    event.preventDefault();
    $("drop").classList.remove("over");
    const text = event.dataTransfer.getData("text/plain");
    try {
      const files = await dropped(event.dataTransfer);
      if (location.hash !== "" && location.hash !== "#audit") location.hash = "#audit";
      await run(files.length > 0 || text === "" ? files : [typed(pasted, text)]);
    } catch (err) {
      complain(err.message);
    }
  });

  $("full").hidden = !$("report").requestFullscreen;
  $("full").addEventListener("click", () => $("report").requestFullscreen().catch((err) => complain(err.message)));
  $("save").addEventListener("click", () => {
    const url = URL.createObjectURL(new Blob([html], { type: "text/html" }));
    element("a", { href: url, download: "mfu-audit.html" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  });
  $("link").addEventListener("click", async () => {
    const fragment = await encode(current, given());
    if (fragment === "") {
      $("status").textContent = "This input is too large for a link, or no text. Save the report instead.";
      return;
    }
    shared = "share=" + fragment;
    history.replaceState(null, "", "#" + shared);
    try {
      await navigator.clipboard.writeText(location.href);
      $("status").textContent = "The link is in the clipboard and in the address bar. It holds the whole input: whoever has it can read it.";
    } catch {
      $("status").textContent = "The link is in the address bar. It holds the whole input: whoever has it can read it.";
    }
  });
  $("clear").addEventListener("click", () => {
    current = [];
    html = "";
    $("result").hidden = true;
    $("report").srcdoc = "";
    $("paste").value = "";
    $("status").textContent = "";
    complain("");
    state({});
    history.replaceState(null, "", "#audit");
    $("audit-title").tabIndex = -1;
    $("audit-title").focus();
  });

  return {
    // run audits files as if they were dropped, with nothing stated.
    run(files) {
      state({});
      location.hash = "#audit";
      return run(files);
    },
    // show shows the section; a fragment share=… is audited.
    async show(fragment) {
      if (!fragment.startsWith("share=") || fragment === shared) return;
      shared = fragment;
      try {
        const link = await decode(fragment.slice("share=".length));
        await choices; // so that its device can be selected
        state(link.given);
        await run(link.files);
      } catch (err) {
        complain("This link cannot be read: " + err.message);
      }
    },
  };
}
