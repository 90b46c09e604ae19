import { $, all, ask, nodes, say } from "./common.js";

const desk = $(".desk"), doc = $("#document"), side = $("#side"), report = desk.dataset.report;
const isPaged = desk.dataset.paged === "true", isNarrow = matchMedia("(max-width: 60rem)");
const SVG = "http://www.w3.org/2000/svg";
document.documentElement.classList.add("scripted");

/* Panes of narrow screens */
const panes = $(".panes");
panes.hidden = false;
function show(pane) {
  desk.dataset.shown = pane;
  for (const button of all("button", panes)) button.setAttribute("aria-pressed", String(button.dataset.pane === pane));
}
const offsets = { side: 0, doc: 0 };
panes.addEventListener("click", (event) => {
  const pane = event.target.closest("button")?.dataset.pane;
  if (!pane || pane === desk.dataset.shown) return;
  offsets[desk.dataset.shown] = scrollY;
  show(pane);
  scrollTo({ top: offsets[pane], behavior: "instant" });
});
show("side");

/* Tabs */
const tabs = all(".tabs a"), sections = tabs.map((tab) => $(tab.hash));
function open(name, push = true) {
  const tab = tabs.find((one) => one.hash === `#${name}`) || tabs[0];
  tabs.forEach((one, at) => {
    if (one === tab) one.setAttribute("aria-current", "true"); else one.removeAttribute("aria-current");
    sections[at].hidden = one !== tab;
  });
  const section = $(tab.hash), late = $("[data-load]", section);
  if (late) load(late, late.dataset.load);
  if (push) history.replaceState(null, "", tab.hash);
}
$(".tabs").addEventListener("click", (event) => {
  const tab = event.target.closest("a");
  if (!tab) return;
  event.preventDefault();
  const stays = side.scrollTop;
  open(tab.hash.slice(1));
  const top = $(".report-head").offsetHeight;
  side.scrollTo({ top: Math.min(stays, top), behavior: "instant" });
});

async function load(place, address) {
  place.removeAttribute("data-load");
  try {
    place.replaceChildren(nodes(await (await ask(address)).text()));
  } catch (error) {
    place.dataset.load = address;
    say(error.message);
  }
}

$("#checks").addEventListener("click", async (event) => {
  const link = event.target.closest(".chip, .more");
  if (!link) return;
  event.preventDefault();
  const place = link.closest("div"), address = new URL(link.href);
  address.searchParams.set("part", "1");
  if (link.matches(".chip")) return load(place, address);
  const more = nodes(await (await ask(address)).text());
  $(".checks", place).append(...all(".check", more));
  const next = $(".more", more);
  if (next) link.replaceWith(next); else link.remove();
});

/* Evidence */
function dim() {
  for (const one of all(".lit", doc)) if (one.tagName === "rect") one.remove(); else one.classList.remove("lit");
  for (const one of all(".at[aria-current]")) one.removeAttribute("aria-current");
  CSS.highlights?.delete("lit");
}

function light(link) {
  return isPaged ? lightBox(link) : lightBlock(link);
}

function lightBox(link) {
  const page = $(`#page-${link.dataset.page}`, doc);
  if (!page) return null;
  if (!link.dataset.box) return page;
  const [left, top, right, bottom] = link.dataset.box.split(" ").map(Number), rect = document.createElementNS(SVG, "rect");
  for (const [name, value] of Object.entries({ x: left - 3, y: top - 3, width: right - left + 6, height: bottom - top + 6, rx: 2, class: "lit" })) rect.setAttribute(name, value);
  $(".marks", page).append(rect);
  return rect;
}

function lightBlock(link) {
  const { block, row, column, quote } = link.dataset;
  if (block === undefined) return null;
  if (row !== undefined) {
    const cell = cellAt(block, Number(row), column === "" ? 0 : Number(column));
    if (column === "" && cell) for (const one of all("td, th", cell.closest("tr"))) one.classList.add("lit");
    cell?.classList.add("lit");
    return cell;
  }
  const paragraph = $(`#b${block}`, doc);
  if (paragraph && !(quote && lightQuote(paragraph, quote))) paragraph.classList.add("lit");
  return paragraph;
}

// A merged cell stands at its top left place only.
function cellAt(block, row, column) {
  for (let r = row; r >= 0; r--) for (let c = column; c >= 0; c--) {
    const cell = document.getElementById(`b${block}r${r}c${c}`);
    if (cell && r + cell.rowSpan > row && c + cell.colSpan > column) return cell;
  }
  return document.getElementById(`b${block}`);
}

function lightQuote(paragraph, quote) {
  if (!CSS.highlights) return false;
  const pieces = [], walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  let text = "";
  while (walker.nextNode()) {
    const node = walker.currentNode;
    for (let at = 0; at < node.data.length; at++) if (node.data[at].trim()) { text += node.data[at]; pieces.push([node, at]); }
  }
  const wanted = quote.replace(/\s/g, ""), start = text.indexOf(wanted);
  if (start < 0 || !wanted) return false;
  const range = new Range(), [first, a] = pieces[start], [last, b] = pieces[start + wanted.length - 1];
  range.setStart(first, a);
  range.setEnd(last, b + 1);
  const kept = CSS.highlights.get("lit") || new Highlight();
  kept.add(range);
  CSS.highlights.set("lit", kept);
  return true;
}

function scrollToPlace(place) {
  if (!place) return;
  const box = place.getBoundingClientRect();
  if (isNarrow.matches) return scrollTo({ top: scrollY + box.top - innerHeight / 3 });
  const frame = doc.getBoundingClientRect();
  doc.scrollTo({ top: doc.scrollTop + box.top - frame.top - frame.height / 3 });
}

function look(link) {
  dim();
  for (const other of all(".at", link.closest(".finding") || link.parentNode)) if (other !== link) light(other);
  link.setAttribute("aria-current", "true");
  if (isNarrow.matches) { offsets.side = scrollY; show("doc"); }
  scrollToPlace(light(link));
}

side.addEventListener("click", (event) => {
  const link = event.target.closest("a.at");
  if (!link) return;
  event.preventDefault();
  const finding = link.closest(".finding[data-finding]");
  if (finding) choose(finding, false);
  look(link);
});

/* Findings */
const findings = () => all("#findings .finding[data-finding]");
let current = null, place = 0;

function choose(finding, lights = true) {
  current?.removeAttribute("aria-current");
  current = finding;
  if (!finding) return;
  open("findings", false);
  finding.setAttribute("aria-current", "true");
  history.replaceState(null, "", `#${finding.id}`);
  if (!lights) return;
  place = 0;
  finding.focus({ preventScroll: true });
  finding.scrollIntoView({ block: "nearest" });
  const first = $("a.at", finding);
  dim();
  if (!first) return;
  all("a.at", finding).forEach((link) => light(link));
  first.setAttribute("aria-current", "true");
  if (!isNarrow.matches) scrollToPlace(isPaged && first.dataset.box ? all("rect.lit", doc).find((rect) => rect.closest(`#page-${first.dataset.page}`)) : light(first));
}

function step(by) {
  const list = findings(), at = list.indexOf(current);
  const next = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by];
  if (next) choose(next); else say(by > 0 ? "已是最后一条" : "已是第一条");
}

side.addEventListener("click", (event) => {
  const flag = event.target.closest("a.flag");
  if (flag && $(flag.hash)?.matches(".finding")) { event.preventDefault(); return choose($(flag.hash)); }
  const finding = event.target.closest(".finding[data-finding]");
  if (finding && finding !== current && !event.target.closest("a, button, input")) choose(finding);
});

async function decide(finding, verdict) {
  const form = $(".decide", finding);
  if (!form || form.dataset.busy) return;
  const fields = new FormData(form);
  fields.set("verdict", verdict);
  form.dataset.busy = "1";
  try {
    const part = nodes(await (await ask(form.action, { method: "POST", body: new URLSearchParams(fields) })).text());
    const fresh = $(".finding", part);
    finding.replaceWith(fresh);
    $("#progress").replaceWith($("#progress", part));
    if (current === finding) current = fresh;
    say(`${$("h3", fresh).textContent}：${verdict === "confirmed" ? "属实" : "误报"}`);
    return fresh;
  } catch (error) {
    delete form.dataset.busy;
    say(error.message);
    alert(error.message);
    return null;
  }
}

side.addEventListener("submit", async (event) => {
  const form = event.target.closest(".decide");
  if (!form) return;
  event.preventDefault();
  const finding = form.closest(".finding"), verdict = event.submitter?.value;
  if (!verdict) return;
  const fresh = await decide(finding, verdict);
  if (fresh) choose(fresh, false), fresh.focus({ preventScroll: true });
});

// Return in a note leaves it, so that Y and N work at once: a note alone decides nothing.
side.addEventListener("keydown", (event) => {
  if (!event.target.matches(".decide input[name=note]")) return;
  if (event.key === "Enter" || event.key === "Escape") {
    event.preventDefault();
    event.target.closest(".finding").focus({ preventScroll: true });
  }
});

/* Errors that the program did not see */
const add = $("#add"), quote = $("#add-quote");
doc.addEventListener("pointerup", () => setTimeout(takeQuote));
function takeQuote() {
  const text = getSelection().toString().replace(/\s+/g, " ").trim();
  if (add?.open && text && doc.contains(getSelection().anchorNode)) quote.value = text.slice(0, 400);
}

/* Numbers */
const panel = $("#number");
doc.addEventListener("click", async (event) => {
  const mark = event.target.closest("[data-n]");
  if (!mark) return;
  for (const one of all(".chosen", doc)) one.classList.remove("chosen");
  for (const one of all(`[data-n="${mark.dataset.n}"]`, doc)) one.classList.add("chosen");
  try {
    panel.replaceChildren(nodes(await (await ask(`/reports/${report}/numbers/${mark.dataset.n}`)).text()));
    panel.hidden = false;
    if (isNarrow.matches) { offsets.doc = scrollY; show("side"); panel.scrollIntoView({ block: "start" }); }
    history.replaceState(null, "", `?${new URLSearchParams({ ...(isPaged ? {} : { text: "1" }), number: mark.dataset.n })}`);
  } catch (error) { say(error.message); }
});
panel.addEventListener("click", (event) => {
  if (!event.target.closest("[data-close]")) return;
  event.preventDefault();
  closePanel();
});
function closePanel() {
  panel.hidden = true;
  for (const one of all(".chosen", doc)) one.classList.remove("chosen");
  history.replaceState(null, "", location.pathname + (isPaged ? "" : "?text=1"));
}

/* Facts */
const sheet = $("#sheet");
side.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-fact]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const row = link.closest("tr, .problem, li"), evidence = row && $("a.at", row);
  if (evidence && !isNarrow.matches) look(evidence);
  try {
    sheet.replaceChildren(nodes(await (await ask(`${link.getAttribute("href")}&part=1`)).text()));
    sheet.showModal();
    $("#fact-value", sheet)?.focus();
  } catch (error) { say(error.message); alert(error.message); }
});
sheet.addEventListener("click", (event) => {
  if (event.target.closest("[data-cancel]")) { event.preventDefault(); sheet.close(); }
});
sheet.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target, fields = new FormData(form);
  fields.set("verdict", event.submitter?.value || "corrected");
  try {
    const response = await ask(form.action, { method: "POST", body: new URLSearchParams(fields) });
    if (response.status === 422) { sheet.replaceChildren(nodes(await response.text())); return $("#fact-value", sheet)?.focus(); }
    sheet.close();
    await refresh();
    say("已记下");
  } catch (error) { say(error.message); alert(error.message); }
});

// Takes what a changed fact changes from the page as it is now.
async function refresh() {
  const fresh = new DOMParser().parseFromString(await (await ask(location.pathname + location.search, { headers: { Accept: "text/html" } })).text(), "text/html");
  for (const name of ["facts", "scores", "problems"]) $(`#${name}`).replaceChildren(...$(`#${name}`, fresh).childNodes);
  for (const name of [".report-head .figures"]) $(name).replaceChildren(...$(name, fresh).childNodes);
}

/* Keys */
const help = $("#help");
for (const one of all("[data-help]")) { one.hidden = false; one.addEventListener("click", () => help.showModal()); }
addEventListener("keydown", async (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches?.("input, select, textarea") || $("dialog[open]")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === "?" || key === "？") help.showModal();
  else if (key === "j" || key === "k") step(key === "j" ? 1 : -1);
  else if (/^[1-5]$/.test(key)) open(tabs[key - 1].hash.slice(1));
  else if (key === "Escape" && !panel.hidden) closePanel();
  else if (key === "a" && add) { open("findings"); add.open = true; takeQuote(); $("textarea", add).focus(); }
  else if (!current) return;
  else if (key === "m") { event.preventDefault(); $("input[name=note]", current)?.focus(); return; }
  else if (key === "o") {
    const links = all("a.at", current);
    if (links.length) look(links[(place = (place + 1) % links.length)]);
  } else if (key === "y" || key === "n") {
    const fresh = await decide(current, key === "y" ? "confirmed" : "dismissed");
    if (fresh) { const list = findings(), next = list[list.indexOf(fresh) + 1]; choose(next || fresh); }
  } else return;
  event.preventDefault();
});

/* Pages that cannot be seen */
for (const image of all(".page img")) {
  const fail = () => { image.classList.add("failed"); image.alt = "这一页画不出来，请看“文字”显示方式或下载原件"; announce(); };
  if (image.complete && !image.naturalWidth && image.loading === "eager") fail(); else image.addEventListener("error", fail);
}
let isAnnounced = false;
async function announce() {
  const pages = all(".page");
  if (!pages.length || isAnnounced) return;
  isAnnounced = true;
  const first = pages[0].id.slice(5), last = pages.at(-1).id.slice(5);
  try {
    const { unseen, locked } = await (await ask(`/originals/${desk.dataset.original}/pages?first=${first}&last=${last}`)).json();
    $("#locked").hidden = !locked;
    if (locked) for (const page of pages) page.hidden = true;
    if (!unseen.length) return;
    const notice = $("#unseen");
    notice.textContent = `第 ${unseen.join("、")} 页的中文字体没有嵌入文件，本机也没有可用的字体，页面上显示不出来。请看“文字”显示方式，或请管理员安装中文字体（如 fonts-noto-cjk）。`;
    notice.hidden = false;
  } catch { /* the pages themselves tell that they cannot be drawn */ }
}
addEventListener("load", () => setTimeout(announce, 4000)); // after the pages themselves

/* A file that is being read again */
const job = $("#job[data-job]");
if (job) setInterval(async () => {
  try {
    const { state } = await (await ask(`/api/v1/jobs/${job.dataset.job}`)).json();
    if (["done", "failed", "cancelled"].includes(state)) location.reload();
  } catch (error) { job.textContent = error.message; }
}, 800);

/* Where a link leads */
function arrive() {
  const name = decodeURIComponent(location.hash.slice(1)), target = name ? document.getElementById(name) : null;
  if (target?.matches(".finding")) return choose(target);
  scrollTo(0, 0);
  side.scrollTo({ top: 0, behavior: "instant" });
  if (tabs.some((tab) => tab.hash === `#${name}`)) return open(name, false);
  open("findings", false);
  if (target && side.contains(target)) target.scrollIntoView({ block: "start" });
  if (target && doc.contains(target)) { if (isNarrow.matches) show("doc"); target.classList.add("lit"); requestAnimationFrame(() => scrollToPlace(target)); }
}
addEventListener("hashchange", arrive);
arrive();
const number = new URLSearchParams(location.search).get("number");
if (number) { const mark = $(`[data-n="${number}"]`, doc); mark?.classList.add("chosen"); requestAnimationFrame(() => scrollToPlace(mark)); }
