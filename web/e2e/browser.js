// A browser, a static server for the page, and a watch on everything that the browser asks a network for.
import { createServer } from "node:http";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

export const root = path.resolve(import.meta.dirname, "..", "..");
export const dist = path.join(root, "web", "dist");

const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8" };

// serve serves the built page as any static server would: no headers of its own but the type.
export async function serve(folder = dist) {
  const asked = [];
  const server = createServer(async (request, response) => {
    asked.push(request.url);
    const name = request.url === "/" ? "index.html" : path.basename(request.url);
    try {
      const data = await readFile(path.join(folder, name));
      response.writeHead(200, { "content-type": types[path.extname(name)] ?? "application/octet-stream" });
      response.end(data);
    } catch {
      response.writeHead(404);
      response.end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, asked, close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }) };
}

const executable = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((file) => file && existsSync(file));

// launch starts a browser of its own with a profile of its own.
export async function launch() {
  if (!executable) throw new Error("no Chromium: install it, or name it in CHROMIUM");
  const profile = await mkdtemp(path.join(tmpdir(), "mfu-audit-e2e-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: executable, headless: true, viewport: { width: 1280, height: 900 }, acceptDownloads: true,
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  return { context, close: async () => { await context.close(); await rm(profile, { recursive: true, force: true }); } };
}

// open opens the page and watches it: requests of the page and its worker, and what its console says.
export async function open(context, url, { colorScheme = "light", viewport } = {}) {
  const page = await context.newPage();
  if (viewport) await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme });
  const seen = { requests: [], errors: [] };
  const cdp = await context.newCDPSession(page);
  await cdp.send("Network.enable");
  cdp.on("Network.requestWillBeSent", ({ request }) => seen.requests.push(request.url));
  cdp.on("Network.webSocketCreated", ({ url }) => seen.requests.push(url));
  context.on("request", (request) => seen.requests.push(request.url()));
  page.on("console", (message) => message.type() === "error" && seen.errors.push(message.text()));
  page.on("pageerror", (err) => seen.errors.push(String(err)));
  await page.goto(url);
  await page.locator("html[data-ready=true]").waitFor();
  return { page, seen };
}

// strangers are the requests that went anywhere but to the page's own folder.
export const strangers = (seen, url) => seen.requests.filter((r) => !r.startsWith(url) && !r.startsWith("blob:") && !r.startsWith("data:") && !r.startsWith("about:"));
