// The page in a real browser: what it shows, what it sends (nothing), and whether everybody can use it.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { launch, open, root, serve, strangers } from "./browser.js";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const run = (name) => path.join(root, "testdata", "runs", name);
const scaling = ["b200_2gpus.log", "b200_8gpus.log"].map((name) => path.join(root, "testdata", "scaling", name));
const screenshots = process.env.SCREENSHOTS;

let server, browser, work, command;

before(async () => {
  work = mkdtempSync(path.join(tmpdir(), "mfu-audit-e2e-work-"));
  command = path.join(work, process.platform === "win32" ? "mfu-audit.exe" : "mfu-audit");
  execFileSync("go", ["run", "./web/build"], { cwd: root });
  execFileSync("go", ["build", "-o", command, "./cmd/mfu-audit"], { cwd: root });
  server = await serve();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.close();
  rmSync(work, { recursive: true, force: true });
});

// page opens the page for one test, which must leave no error in the console and no request to strangers.
async function page(t, options = {}, fragment = "") {
  const opened = await open(browser.context, server.url + fragment, options);
  t.after(async () => {
    if (options.tries) return opened.page.close();
    assert.deepEqual(strangers(opened.seen, server.url), [], "requests that leave the page's folder");
    assert.deepEqual(opened.seen.errors, [], "errors in the console");
    await opened.page.close();
  });
  return opened.page;
}

// told waits for the end of an audit.
const told = (p) => p.locator("#status").filter({ hasText: /audited in/ }).waitFor();

// settled waits for a report and returns its text in the frame.
async function settled(p) {
  await told(p);
  return p.frameLocator("#report").locator("body").innerText();
}

// again forgets what the last audit said, so that settled waits for the next.
const again = (p) => p.locator("#status").evaluate((e) => (e.textContent = ""));

const srcdoc = (p) => p.locator("#report").evaluate((frame) => frame.srcdoc);

// drop drops files on the page as a person does: a drag with the browser's own input events.
async function drop(p, files) {
  const cdp = await p.context().newCDPSession(p);
  const box = await p.locator("#drop").boundingBox();
  const at = { x: box.x + box.width / 2, y: box.y + 20 };
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) await cdp.send("Input.dispatchDragEvent", { type, ...at, data });
}

// clean lists what axe finds in a frame. The policy refuses foreign scripts, so that axe goes in through the debugger, which it
// does not bind.
async function clean(frame) {
  await frame.evaluate(readFileSync(axe, "utf8"));
  return frame.evaluate(async () => {
    const { violations } = await axe.run(document, { iframes: false });
    return violations.map((v) => [v.id, v.nodes.map((n) => n.target.join(" ") + ": " + n.failureSummary)]);
  });
}

test("a dropped log gives the command's report to the byte", async (t) => {
  const p = await page(t);
  const cwd = path.join(root, "testdata", "runs");
  for (const name of ["run_20251121.json", "run_20251122.json", "run_clean.json", "run_mha_for_gqa.json", "run_sparse_peak.json"]) {
    await again(p);
    await drop(p, [run(name)]);
    await settled(p);
    assert.equal(await srcdoc(p), spawnSync(command, ["--format", "html", name], { cwd, encoding: "utf8", maxBuffer: 1 << 28 }).stdout, name);
  }
});

test("the first report comes within two seconds of the drop", async (t) => {
  // On a machine that does other things at the same time, one try of three counts.
  const times = [];
  while (times.length < 3 && !times.some((ms) => ms < 2000)) {
    const p = await page(t);
    await drop(p, [run("run_20251121.json")]);
    await settled(p);
    times.push(Number(await p.locator("html").getAttribute("data-took")));
  }
  t.diagnostic(`${times.join(", ")} ms`);
  assert.ok(times.some((ms) => ms < 2000), `${times.join(", ")} ms`);
});

test("a dropped folder is searched for runs as the command does", async (t) => {
  const folder = path.join(work, "logs");
  mkdirSync(path.join(folder, "sub"), { recursive: true });
  for (const [i, name] of scaling.entries()) writeFileSync(path.join(folder, i ? "sub" : "", path.basename(name)), readFileSync(name));
  writeFileSync(path.join(folder, "notes.md"), "no log\n");
  const p = await page(t);
  await drop(p, [folder]);
  await settled(p);
  assert.equal(await srcdoc(p), spawnSync(command, ["--format", "html", "logs"], { cwd: work, encoding: "utf8", maxBuffer: 1 << 28 }).stdout);
  assert.match(await p.locator("#notes").innerText(), /1 file is no log/);
});

test("pasted text is audited, and what is stated changes the report", async (t) => {
  const p = await page(t);
  await p.locator("#paste").fill(readFileSync(scaling[1], "utf8"));
  await p.getByRole("button", { name: "Audit the text" }).click();
  assert.match(await settled(p), /MFU210/);
  await p.locator("#given summary").click();
  await again(p);
  const form = p.locator("#audit-form");
  await form.getByLabel("Device", { exact: true }).selectOption("h100-sxm");
  await settled(p);
  assert.match(await srcdoc(p), /H100/);
  await form.getByLabel("Sequence length").fill("many");
  await form.getByLabel("Sequence length").blur();
  await p.locator("#problem").filter({ hasText: "Sequence length: want a number" }).waitFor();
});

test("a pasted line is a claim", async (t) => {
  const p = await page(t);
  await p.locator("#paste").fill("Llama-3-8B, 8 x H100 SXM, seq 8192, bf16, 7,500 tokens/s/GPU, 43.90% MFU");
  await p.getByRole("button", { name: "Audit the text" }).click();
  assert.match(await settled(p), /43\.90/);
  assert.deepEqual(await clean(p.frames().find((f) => f !== p.mainFrame())), [], "the report on a claim");
});

test("a link holds a small input in its fragment and sends it nowhere", async (t) => {
  const p = await page(t);
  await p.locator("#paste").fill(readFileSync(scaling[0], "utf8"));
  await p.getByRole("button", { name: "Audit the text" }).click();
  await settled(p);
  const before = await srcdoc(p);
  await p.getByRole("button", { name: "Copy a link to it" }).click();
  await p.waitForURL(/#share=/);
  const asked = server.asked.length;
  const other = await page(t, {}, new URL(p.url()).hash);
  await settled(other);
  assert.equal(await srcdoc(other), before);
  for (const url of server.asked.slice(asked)) assert.ok(!url.includes("share="), url);
});

test("a link that is broken says so", async (t) => {
  const p = await page(t, {}, "#share=no-such-thing");
  await p.locator("#problem").filter({ hasText: "This link cannot be read" }).waitFor();
});

test("a file that is no log is named, and nothing breaks", async (t) => {
  const p = await page(t);
  const files = { "photo.png": Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]), "empty.log": Buffer.alloc(0), "cut.json": Buffer.from('{"runs": [{"mfu": 0.4'), "<img src=x onerror=alert(1)>.txt": Buffer.from("<script>alert(1)</script>") };
  for (const [name, data] of Object.entries(files)) {
    await again(p);
    await p.setInputFiles("#files", { name, mimeType: "text/plain", buffer: data });
    await told(p);
    const problem = await p.locator("#problem").innerText();
    assert.match(problem, /Nothing of that could be audited/, name);
    assert.ok(problem.includes(name), name);
  }
  await p.setInputFiles("#files", run("run_clean.json"));
  await p.locator("#problem").waitFor({ state: "hidden" });
});

test("a file of 50 MB is read in chunks, with progress, and can be cancelled", async (t) => {
  const big = path.join(work, "big.jsonl");
  let lines = "";
  for (let i = 0; lines.length < 1 << 20; i++) lines += JSON.stringify({ step: i, loss: 10 / (1 + i / 1e4), step_time: 1.838, tokens_per_sec: 106968, mfu: 0.1044, note: "x".repeat(60) }) + "\n";
  const count = lines.split("\n").length - 1;
  const parts = [];
  for (let k = 0, size = 0; size < 50e6; k++, size += lines.length) parts.push(lines.replace(/"step":(\d+)/g, (_, n) => `"step":${Number(n) + k * count}`));
  writeFileSync(big, parts.join(""));
  const p = await page(t);
  await p.evaluate(() => {
    window.told = [];
    new MutationObserver(() => window.told.push(document.getElementById("work-text").textContent)).observe(document.getElementById("work-text"), { childList: true });
  });
  await p.setInputFiles("#files", big);
  await p.locator("#work-text").filter({ hasText: /Read|Audit/ }).waitFor();
  await p.getByRole("button", { name: "Cancel" }).click();
  assert.equal(await p.locator("#status").innerText(), "Cancelled.");
  await p.locator("#work").waitFor({ state: "hidden" });
  await p.setInputFiles("#files", big);
  await p.locator("#status").filter({ hasText: /1 run audited in/ }).waitFor({ timeout: 60000 });
  const reports = await p.evaluate(() => window.told.filter((x) => x.startsWith("Read")).length);
  assert.ok(reports >= 10, `${reports} reports of progress`);
  t.diagnostic(await p.locator("#status").innerText());
});

test("the calculator is live and says what the command says", async (t) => {
  const p = await page(t, {}, "#calculator");
  const headline = p.locator("#calc-headline");
  // 57,912,852,480 FLOPs × 60,000 tokens/s ÷ (8 × 989.4 TFLOP/s)
  await headline.filter({ hasText: "MFU 43.90\u202f%" }).waitFor();
  await p.getByLabel("Tokens per second, all devices").fill("30000");
  await headline.filter({ hasText: "MFU 21.95\u202f%" }).waitFor();
  await p.getByLabel("MFU that is claimed, %").fill("23.15");
  await headline.filter({ hasText: /23\.15 % is palm, nanogpt/ }).waitFor();
  await p.locator("#calculator").getByLabel("Model: a published one").fill("meta-llama/Meta-Llama-3-8C");
  await p.locator("#calc-problem").filter({ hasText: "no published model" }).waitFor();
  await p.locator("#calculator").getByLabel("Model: a published one").fill("meta-llama/Meta-Llama-3-8B");
  await p.locator("#calculator").getByLabel("Device", { exact: true }).selectOption("");
  await p.locator("#calc-conventions th", { hasText: /^MFU$/ }).waitFor({ state: "detached" });
  const said = JSON.parse(execFileSync(command, ["flops", "--format", "json", "--model", "meta-llama/Meta-Llama-3-8B"]));
  const shown = await p.locator("#calc-conventions tbody tr").evaluateAll((rows) => rows.map((r) => [r.cells[0].textContent, r.cells[1].textContent.replaceAll("\u202f", "")]));
  assert.deepEqual(Object.fromEntries(shown), Object.fromEntries(Object.entries(said.training_flops_per_token).map(([k, v]) => [k, String(v)])));
});

test("rules are listed, found and shown", async (t) => {
  const p = await page(t, {}, "#rules");
  const all = JSON.parse(execFileSync(command, ["rules", "--format", "json"])).rules;
  await p.locator("#rule-items li").first().waitFor();
  assert.equal(await p.locator("#rule-items li").count(), all.length);
  await p.getByLabel("Search the rules").fill("sparse peak");
  await p.getByRole("link", { name: "MFU310 sparse-peak-for-dense" }).click();
  await p.getByRole("heading", { name: "MFU310 sparse-peak-for-dense" }).waitFor();
  await p.getByRole("link", { name: "All rules" }).click();
  await p.locator("#rule-list").waitFor();
});

test("the gallery shows the scaling failure that was none", async (t) => {
  const p = await page(t, {}, "#examples");
  await p.getByRole("button", { name: "Audit these runs: The scaling failure that was none" }).click();
  const text = await settled(p);
  for (const number of ["10.44", "2.61", "41.76", "41.74"]) assert.ok(text.includes(number), number);
});

test("it works offline once it is loaded, after a cancel too", async (t) => {
  const p = await page(t);
  const cdp = await p.context().newCDPSession(p);
  await p.evaluate(() => new Promise((r) => setTimeout(r, 500))); // the second worker starts
  await cdp.send("Network.emulateNetworkConditions", { offline: true, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  const asked = server.asked.length;
  await p.setInputFiles("#files", run("run_20251121.json"));
  assert.match(await settled(p), /MFU110/);
  await p.evaluate(() => document.getElementById("cancel").click());
  await again(p);
  await p.setInputFiles("#files", run("run_clean.json"));
  await settled(p);
  await p.goto(server.url + "#calculator");
  await p.locator("#calc-headline").filter({ hasText: "MFU" }).waitFor();
  assert.equal(server.asked.length, asked, "requests while offline");
});

test("the policy refuses every connection, of the page, its worker and the report", async (t) => {
  const p = await page(t, { tries: true });
  await p.setInputFiles("#files", scaling);
  await settled(p);
  const other = await serve(); // an address that would answer
  t.after(() => other.close());
  const tries = `(async (url) => {
    const failed = {};
    failed.fetch = await fetch(url).then(() => false, () => true);
    failed.self = typeof location !== "undefined" && location.protocol === "http:" ? await fetch(location.href).then(() => false, () => true) : true;
    if (typeof XMLHttpRequest !== "undefined") failed.xhr = await new Promise((r) => { const x = new XMLHttpRequest(); x.onload = () => r(false); x.onerror = () => r(true); x.open("GET", url); x.send(); });
    failed.socket = await new Promise((r) => { try { const s = new WebSocket(url.replace("http", "ws")); s.onopen = () => r(false); s.onerror = () => r(true); } catch { r(true); } });
    failed.events = typeof EventSource === "undefined" || await new Promise((r) => { try { const s = new EventSource(url); s.onopen = () => r(false); s.onerror = () => { s.close(); r(true); }; } catch { r(true); } });
    if (typeof Image !== "undefined") failed.image = await new Promise((r) => { const i = new Image(); i.onload = () => r(false); i.onerror = () => r(true); i.src = url; });
    return failed;
  })(${JSON.stringify(other.url)})`;
  const all = (failed) => assert.ok(Object.values(failed).every(Boolean), JSON.stringify(failed));
  all(await p.evaluate(tries));
  for (const worker of p.workers()) all(await worker.evaluate(tries));
  assert.ok(p.workers().length > 0);
  const frame = p.frames().find((f) => f !== p.mainFrame());
  all(await frame.evaluate(tries));
  assert.deepEqual(other.asked, [], "requests that arrived");
  assert.equal(await frame.evaluate(() => { try { return Boolean(parent.document); } catch { return false; } }), false, "the report reaches the page");
});

test("everything can be done with the keyboard", async (t) => {
  const p = await page(t);
  p.on("filechooser", () => {}); // asks the browser early to be told instead of opening a dialog
  await p.keyboard.press("Tab");
  assert.equal(await p.evaluate(() => document.activeElement.textContent), "Skip to the content");
  await p.keyboard.press("Enter");
  const reach = async (id) => {
    for (let i = 0; i < 30; i++) {
      if ((await p.evaluate(() => document.activeElement.id)) === id) return;
      await p.keyboard.press("Tab");
    }
    assert.fail(`Tab does not reach ${id}`);
  };
  await reach("files");
  const chooser = p.waitForEvent("filechooser");
  await p.keyboard.press("Enter");
  await (await chooser).setFiles(run("run_20251121.json"));
  await settled(p);
  await p.waitForFunction(() => document.activeElement.id === "result-title");
  await reach("save");
  const download = p.waitForEvent("download");
  await p.keyboard.press("Enter");
  assert.equal(readFileSync(await (await download).path(), "utf8"), await srcdoc(p));
  await reach("clear");
  await p.keyboard.press("Enter");
  await p.locator("#result").waitFor({ state: "hidden" });
  await reach("paste");
  await p.keyboard.insertText(readFileSync(scaling[0], "utf8"));
  await p.keyboard.press("Tab");
  await p.keyboard.press("Enter");
  await settled(p);
});

test("mfu-audit web serves the page", async (t) => {
  const serving = spawn(command, ["web", "--dir", "web/dist", "--port", "0"], { cwd: root });
  t.after(() => serving.kill());
  const [line] = await once(serving.stdout, "data");
  const { page: p, seen } = await open(browser.context, String(line).trim());
  await p.setInputFiles("#files", run("run_clean.json"));
  await settled(p);
  assert.deepEqual([strangers(seen, String(line).trim()), seen.errors], [[], []]);
  await p.close();
});

const desktop = { width: 1280, height: 900 }, phone = { width: 375, height: 720 };
const looks = [["light", "desktop", desktop], ["dark", "phone", phone]];
if (screenshots) looks.push(["dark", "desktop", desktop], ["light", "phone", phone]);
for (const [colorScheme, name, viewport] of looks) {
  test(`${colorScheme}, ${name}: axe finds nothing, and nothing is wider than the screen`, async (t) => {
    const p = await page(t, { colorScheme, viewport });
    const look = async (what) => {
      assert.deepEqual(await clean(p.mainFrame()), [], what);
      const [inner, wide] = await p.evaluate(() => [document.documentElement.clientWidth, document.documentElement.scrollWidth]);
      assert.ok(wide <= inner, `${what} is ${wide} wide`);
      if (screenshots) await p.screenshot({ path: path.join(screenshots, `${what}-${colorScheme}-${name}.png`), fullPage: true });
    };
    await p.locator("#given summary").click();
    await look("start");
    await p.locator("#given summary").click();
    await p.setInputFiles("#files", scaling);
    await settled(p);
    await look("report");
    assert.deepEqual(await clean(p.frames().find((f) => f !== p.mainFrame())), [], "the report in its frame");
    await p.setInputFiles("#files", { name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("no log") });
    await p.locator("#problem").waitFor();
    await look("problem");
    for (const [section, there] of [["calculator", "#calc-ledger tbody tr"], ["rules", "#rule-items li"], ["rules/MFU110", "#rule-page h1"], ["examples", "#gallery li"]]) {
      await p.goto(server.url + "#" + section);
      await p.locator(there).first().waitFor();
      await look(section.replace("/", "-"));
    }
  });
}
