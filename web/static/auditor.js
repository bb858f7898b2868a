// The auditor: the Go program in a Web Worker of its own, started when it is first asked something.
import { source } from "./worker-source.js";

// compiled is the program as compiled once, for the workers that follow.
let compiled = null;

export class Cancelled extends Error {}

export class Auditor {
  #worker = null;
  #ready = null;
  #refuse = null; // rejects ready
  #pending = new Map();
  #id = 0;

  // start loads and starts the program; it may be called ahead of the first question.
  start() {
    if (this.#ready) return this.#ready;
    // A worker from a blob inherits this page's content security policy; one from a file would have none of its own on a
    // static server. Its text is here already, so that another can be started offline.
    const blob = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const worker = (this.#worker = new Worker(blob));
    const ended = (message) => this.#worker === worker && this.#end(new Error(message));
    this.#ready = new Promise((resolve, reject) => {
      this.#refuse = reject;
      worker.onmessage = ({ data }) => {
        if (data.ready) {
          URL.revokeObjectURL(blob);
          compiled ??= data.module;
          resolve();
        } else if (data.dead) {
          ended("The auditor stopped: " + (data.message ?? "the input may be too large for a browser, and is not for the command mfu-audit"));
        } else {
          this.#told(data);
        }
      };
      worker.onerror = (event) => ended("The auditor could not be loaded: " + event.message);
    });
    this.#ready.catch(() => {}); // whoever asks hears of it
    if (compiled) worker.postMessage({ module: compiled });
    else import("./program.js").then(({ packed }) => worker.postMessage({ packed }), (err) => ended("The auditor could not be loaded: " + err.message));
    return this.#ready;
  }

  // ask asks a question about files. onProgress is called with {read} in bytes and {done, all} in inputs.
  async ask(what, question, files = [], onProgress = () => {}) {
    await this.start();
    const id = ++this.#id;
    const answer = await new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onProgress, read: 0 });
      this.#worker.postMessage({ id, what, question: JSON.stringify(question), files });
    });
    const parsed = JSON.parse(answer);
    if (parsed.problem) throw Object.assign(new Error(parsed.problem.message), { field: parsed.problem.field });
    return parsed;
  }

  // cancel ends the worker; the next question starts another.
  cancel() {
    this.#end(new Cancelled("cancelled"));
  }

  #told(data) {
    const question = this.#pending.get(data.id);
    if (!question) return;
    if ("answer" in data) {
      this.#pending.delete(data.id);
      question.resolve(data.answer);
      return;
    }
    question.read += data.read ?? 0;
    question.onProgress({ read: question.read, done: data.done, all: data.all });
  }

  #end(err) {
    this.#worker?.terminate();
    this.#refuse?.(err);
    this.#worker = this.#ready = this.#refuse = null;
    for (const question of this.#pending.values()) question.reject(err);
    this.#pending.clear();
  }
}
