// The playground: asks two deployments at once, and shows each answer as it comes, with the agents as they report.
// Whatever comes from a model is put on the page as text, never as markup.
"use strict";

const MAX_PICTURE = 16 * 1024 * 1024; // bytes; what the console takes in one question
const REMEMBERED = "situguard-playground"; // which two deployments were chosen, for this tab

const csrf = () => document.querySelector('meta[name="csrf"]').content;

function post(path, body) {
  return fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-csrf-token": csrf() },
    body: JSON.stringify(body),
  });
}

async function problemOf(response) {
  try {
    const body = await response.json();
    return (body.error && body.error.message) || `The answer was ${response.status}.`;
  } catch {
    return `The answer was ${response.status}.`;
  }
}

/** Server-sent events as they come: comments and data, each as text. */
async function* events(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { value, done } = await reader.read();
    waiting += (value || "").replaceAll("\r\n", "\n");
    let end;
    while ((end = waiting.indexOf("\n\n")) >= 0) {
      const lines = waiting.slice(0, end).split("\n");
      waiting = waiting.slice(end + 2);
      for (const line of lines) if (line.startsWith(":")) yield { comment: line.slice(1).trim() };
      const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trimStart());
      if (data.length) yield { data: data.join("\n") };
    }
    if (done) return;
  }
}

const seconds = (milliseconds) => (milliseconds >= 1000 ? `${(milliseconds / 1000).toFixed(2)} s` : `${Math.round(milliseconds)} ms`);

/** One of the two answers. */
class Side {
  constructor(card) {
    this.card = card;
    this.select = card.querySelector("[data-deployment]");
    this.reply = card.querySelector("[data-reply]");
    this.facts = card.querySelector("[data-facts]");
    this.verdict = card.querySelector("[data-verdict]");
    this.figure = card.querySelector("[data-figure]");
    this.joined = this.figure.dataset.joined.split(" ");
    this.fused = this.figure.dataset.fused;
    this.select.addEventListener("change", () => this.describe());
  }

  offer(models, chosen) {
    this.models = new Map(models.map((model) => [model.id, model.guard || {}]));
    this.select.replaceChildren(...models.map((model) => new Option(model.id + (model.guard && model.guard.unguarded ? " (unguarded)" : ""), model.id)));
    this.select.value = this.models.has(chosen) ? chosen : models[0].id;
    this.describe();
  }

  get setting() {
    return (this.models && this.models.get(this.select.value)) || {};
  }

  describe() {
    this.card.classList.toggle("red", Boolean(this.setting.unguarded));
    this.clear();
    this.facts.textContent = this.setting.description || "";
    sessionStorage.setItem(`${REMEMBERED}-${this.card.dataset.side}`, this.select.value);
  }

  clear() {
    this.reply.textContent = "";
    this.reply.classList.remove("waiting");
    this.verdict.hidden = true;
    const running = this.setting.agents || [];
    this.figure.hidden = running.length === 0;
    this.figure.classList.toggle("fused", Boolean(this.setting.fused));
    for (const node of this.figure.querySelectorAll("[data-agent]")) {
      const agent = node.dataset.agent;
      node.hidden = this.setting.fused ? this.joined.includes(agent) : agent === this.fused;
      const off = agent !== this.fused && !running.includes(agent);
      node.className = off ? "node off" : "node wait";
      node.querySelector(".time").textContent = off ? "off" : "";
      node.querySelectorAll("dl, .tail").forEach((each) => each.remove());
    }
  }

  async ask(question) {
    this.clear();
    this.facts.textContent = "";
    this.reply.classList.add("waiting");
    const began = performance.now();
    try {
      const response = await post("/console/playground/ask", { ...question, deployment: this.select.value });
      if (response.ok && response.body) await this.read(response, began);
      else this.fail(await problemOf(response));
    } catch (error) {
      this.fail(`The connection broke off (${error.message}).`);
    }
    this.reply.classList.remove("waiting");
  }

  async read(response, began) {
    let ended = false;
    let first = 0;
    for await (const event of events(response.body)) {
      if (event.comment !== undefined) this.heard(event.comment);
      else if (event.data === "[DONE]") ended = true;
      else {
        const body = JSON.parse(event.data);
        if (body.error) return this.fail(body.error.message);
        const delta = (body.choices && body.choices[0] && body.choices[0].delta) || {};
        const words = delta.content || delta.refusal || "";
        if (words && !first) first = performance.now() - began;
        this.reply.append(words);
        if (body.guard) this.judged(body.guard);
      }
    }
    if (!ended) return this.fail("The answer broke off.");
    for (const node of this.figure.querySelectorAll(".node.wait")) node.querySelector(".time").textContent = "did not look";
    const all = performance.now() - began;
    this.addFact(`first words after ${seconds(first)}, all after ${seconds(all)}`);
  }

  heard(comment) {
    const match = /^agent (\S+) ([\d.]+) s$/.exec(comment);
    if (match) this.light(match[1], Number(match[2]) * 1000);
  }

  light(agent, milliseconds, finding) {
    const shown = this.setting.fused && this.joined.includes(agent) ? this.fused : agent;
    const node = this.figure.querySelector(`[data-agent="${CSS.escape(shown)}"]`);
    if (!node) return;
    this.figure.hidden = false;
    const verdict = finding && finding.verdict;
    node.className = `node ${["safe", "unsafe", "unclear"].includes(verdict) ? verdict : "lit"}`;
    if (milliseconds || shown === agent) node.querySelector(".time").textContent = seconds(milliseconds);
    node.querySelectorAll("dl").forEach((each) => each.dataset.of === agent && each.remove());
    if (finding) node.append(listOf(finding, agent));
  }

  judged(guard) {
    this.verdict.textContent = guard.verdict === "none" ? guard.released : `${guard.verdict} → ${guard.action}`;
    this.verdict.className = `badge dot ${guard.verdict === "none" ? "unguarded" : guard.verdict}`;
    this.verdict.hidden = false;
    for (const report of guard.agents || []) this.light(report.agent, report.milliseconds, report.finding);
    const link = document.createElement("a");
    link.href = `/console/decisions/show?id=${encodeURIComponent(guard.decision)}`;
    link.textContent = "the decision";
    this.facts.replaceChildren(link);
  }

  addFact(text) {
    this.facts.append(this.facts.childNodes.length ? " · " : "", text);
  }

  fail(message) {
    this.facts.textContent = "";
    this.reply.textContent = message;
  }
}

function listOf(finding, agent) {
  const list = document.createElement("dl");
  list.dataset.of = agent;
  for (const [name, value] of Object.entries(finding)) {
    const text = Array.isArray(value) ? value.join(", ") : value;
    if (name === "verdict" || text === null || text === "" || text === false) continue;
    const term = document.createElement("dt");
    term.textContent = name.replaceAll("_", " ");
    const about = document.createElement("dd");
    about.textContent = String(text);
    list.append(term, about);
  }
  return list;
}

/** The picture of the question, as a data URL. */
class Picture {
  constructor(drop, clear, tell) {
    this.drop = drop;
    this.clearButton = clear;
    this.tell = tell;
    this.input = drop.querySelector("input");
    this.url = null;
    this.input.addEventListener("change", () => this.take(this.input.files[0]));
    clear.addEventListener("click", () => this.remove());
    drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
    drop.addEventListener("dragleave", () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("over");
      this.take(event.dataTransfer.files[0]);
    });
    document.addEventListener("paste", (event) => this.take([...event.clipboardData.files][0]));
  }

  async take(file) {
    if (!file) return;
    if (!file.type.startsWith("image/")) return this.tell(`${file.name} is no picture.`);
    if (file.size > MAX_PICTURE) return this.tell(`${file.name} is larger than 16 MB.`);
    this.tell("");
    this.show(await readAsUrl(file));
  }

  show(url) {
    this.url = url;
    const image = this.drop.querySelector("img") || this.drop.appendChild(document.createElement("img"));
    image.src = url;
    image.alt = "The picture of the question";
    this.clearButton.hidden = false;
  }

  remove() {
    this.url = null;
    this.input.value = "";
    this.drop.querySelectorAll("img").forEach((each) => each.remove());
    this.clearButton.hidden = true;
  }
}

function readAsUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

function playground(form) {
  const [problem, text, key, send] = ["problem", "text", "key", "send"].map((id) => document.getElementById(id));
  const tell = (message) => { problem.textContent = message; problem.hidden = !message; };
  const picture = new Picture(document.getElementById("drop"), document.getElementById("clear"), tell);
  const sides = [...document.querySelectorAll("[data-side]")].map((card) => new Side(card));
  const chosen = (side, otherwise) => sessionStorage.getItem(`${REMEMBERED}-${side}`) || otherwise;

  async function offer() {
    const response = await post("/console/playground/deployments", { key: key.value });
    if (response.status === 401) {
      document.getElementById("key-field").hidden = false;
      sides.forEach((side) => side.models || side.select.replaceChildren(new Option("Type a client key first", "")));
      return tell(key.value ? "The proxy does not take this key." : "");
    }
    if (!response.ok) return tell(await problemOf(response));
    const models = (await response.json()).data;
    if (!models.length) return tell("This key may ask no deployment.");
    tell("");
    const guarded = models.find((model) => !model.guard.unguarded) || models[0];
    const raw = models.find((model) => model.guard.method === "raw" && model.guard.answers === guarded.guard.answers);
    sides[0].offer(models, chosen(1, raw ? raw.id : guarded.id));
    sides[1].offer(models, chosen(2, guarded.id));
  }

  async function ask() {
    if (!text.value.trim()) return text.reportValidity();
    if (!sides[0].models) await offer();
    if (!sides[0].models) return;
    send.disabled = true;
    tell("");
    const question = { text: text.value, key: key.value, picture: picture.url };
    const asked = sides[0].select.value === sides[1].select.value ? sides.slice(0, 1) : sides;
    await Promise.all(asked.map((side) => side.ask(question)));
    send.disabled = false;
  }

  async function choose(example) {
    document.querySelectorAll(".example").forEach((each) => each.setAttribute("aria-pressed", String(each === example)));
    text.value = example.dataset.query;
    picture.show(await readAsUrl(await (await fetch(example.dataset.picture)).blob()));
    sides.forEach((side) => side.models && side.clear());
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
  text.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) ask(); });
  key.addEventListener("change", offer);
  document.querySelectorAll(".example").forEach((each) => each.addEventListener("click", () => choose(each)));
  offer();
  const first = document.querySelector(".example");
  if (first) choose(first); // a filled playground: one click asks
}

document.addEventListener("DOMContentLoaded", () => {
  const here = document.querySelector(".nav [aria-current]");
  if (here) here.scrollIntoView({ block: "nearest", inline: "center" }); // where the list of pages is narrow
  const form = document.getElementById("ask");
  if (form) playground(form);
});
