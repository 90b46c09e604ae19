import { $, all, ask, say, token } from "./common.js";
import { held, taken } from "./taking.js";

const AT_ONCE = 3, WAIT = 1200; // uploads; milliseconds between two looks at what is being read
const NAMES = { waiting: "等待上传", sending: "上传中", queued: "等待读取", reading: "正在读取", saving: "正在保存", done: "完成", failed: "失败", cancelled: "已取消" };
const ENDED = ["done", "failed", "cancelled"];
const body = $(".queue tbody"), most = Number($("#drop").dataset.most), items = [];
const HIDDEN = /(^|\/)(\.|~\$)/; // Word's lock files too
const KNOWN = $("#drop").dataset.known.split(" "); // what is taken out of folders
let skipped = 0;

function add(files, lost = []) {
  for (const file of [...files, ...lost.map((path) => ({ name: path, size: 0, lost: true }))]) {
    const path = pathOf(file);
    if (HIDDEN.test(path)) continue;
    if (!file.lost && path.includes("/") && !KNOWN.includes(path.slice(path.lastIndexOf(".")).toLowerCase())) { skipped++; continue; }
    const item = { file, state: "waiting", row: row(file) };
    items.push(item);
    body.append(item.row);
    if (file.lost) fail(item, "读不到这个文件，可能没有权限，或者已被移走", false);
    else if (!file.size) fail(item, "文件是空的", false);
    else if (file.size > most) fail(item, `文件超过 ${Math.round(most / 2 ** 20)} MB`, false);
    else tell(item);
  }
  $("#queue").hidden = !items.length && !skipped;
  count();
  next();
}

const pathOf = (file) => file.path || file.webkitRelativePath || file.name;

function row(file) {
  const made = document.createElement("tr");
  const [name, size, state, action] = ["td", "td", "td", "td"].map((tag) => made.appendChild(document.createElement(tag)));
  name.textContent = pathOf(file);
  size.className = "num-cell tabular";
  size.textContent = file.size >= 2 ** 20 ? `${(file.size / 2 ** 20).toFixed(1)} MB` : `${Math.max(1, Math.round(file.size / 1024))} KB`;
  state.className = "state-cell";
  action.className = "action-cell";
  return made;
}

function tell(item) {
  const state = $(".state-cell", item.row), action = $(".action-cell", item.row);
  state.replaceChildren(document.createTextNode(NAMES[item.state] + (item.duplicate ? "（同样的内容已在档案中）" : "")));
  action.replaceChildren();
  if (item.state === "sending") {
    const bar = document.createElement("progress");
    bar.max = 1; bar.value = item.share || 0;
    bar.setAttribute("aria-label", `${item.file.name} 已上传`);
    state.append(bar);
  }
  for (const report of item.reports || []) {
    const link = document.createElement("a");
    link.href = `/reports/${report}`;
    link.textContent = item.reports.length > 1 ? `打开报告 ${report} ` : "打开";
    action.append(link);
  }
  if (item.why) {
    const why = document.createElement("p");
    why.className = "why small"; why.textContent = item.why;
    state.append(why);
    if (item.again) action.append(...again(item));
  }
  count();
}

function count() {
  const done = items.filter((one) => one.state === "done").length, failed = items.filter((one) => one.state === "failed").length;
  $("#summary").textContent = `共 ${items.length} 个，完成 ${done}，失败 ${failed}${skipped ? `；跳过 ${skipped} 个不是报告的文件` : ""}`;
  $("#retry-all").hidden = !items.some((one) => one.state === "failed" && one.again);
}

function again(item) {
  const parts = [], button = document.createElement("button");
  if (/密码|加密/.test(item.why)) {
    const field = document.createElement("input");
    field.type = "password"; field.placeholder = "文件的密码"; field.setAttribute("aria-label", `${item.file.name} 的密码`); field.autocomplete = "off";
    field.addEventListener("change", () => { item.password = field.value; });
    parts.push(field);
  }
  button.type = "button"; button.textContent = "重试";
  button.setAttribute("aria-label", `重试 ${item.file.name}`);
  button.addEventListener("click", () => retry(item));
  return [...parts, button];
}

function retry(item) {
  Object.assign(item, { state: "waiting", why: "", share: 0 });
  tell(item);
  next();
}

function fail(item, why, canRetry = true) {
  Object.assign(item, { state: "failed", why, again: canRetry });
  tell(item);
  say(`${item.file.name}：${why}`);
}

function next() {
  const sending = items.filter((one) => one.state === "sending").length;
  for (const item of items.filter((one) => one.state === "waiting").slice(0, AT_ONCE - sending)) send(item);
}

// fetch tells nothing of how far an upload is, so this is what does.
function send(item) {
  const form = new FormData(), request = new XMLHttpRequest();
  form.append("file", item.file, item.file.name);
  if (item.password) form.append("password", item.password);
  item.state = "sending";
  tell(item);
  request.open("POST", "/api/v1/originals");
  request.setRequestHeader("X-CSRF-Token", token);
  request.upload.addEventListener("progress", (event) => { item.share = event.loaded / event.total; const bar = $("progress", item.row); if (bar) bar.value = item.share; });
  request.addEventListener("error", () => { fail(item, "上传中断，请检查网络"); next(); });
  request.addEventListener("load", () => {
    let told = {};
    try { told = JSON.parse(request.responseText); } catch { /* no JSON */ }
    if (request.status >= 400) {
      if (request.status === 429) { item.state = "waiting"; tell(item); setTimeout(next, 5000); return; }
      fail(item, told.detail || `没有成功（${request.status}）`);
    } else follow(item, told);
    next();
  });
  request.send(form);
}

function follow(item, job) {
  item.job = job.id;
  take(item, job);
}

function take(item, job) {
  item.duplicate = job.duplicate;
  if (job.state === "failed" || job.state === "cancelled") return fail(item, job.error || NAMES[job.state]);
  const changed = item.state !== job.state;
  Object.assign(item, { state: job.state, reports: job.reports });
  tell(item);
  if (changed && job.state === "done") say(`${item.file.name}：完成`);
}

setInterval(async () => {
  const open = items.filter((one) => one.job && !ENDED.includes(one.state) && one.state !== "waiting" && one.state !== "sending");
  for (const item of open.slice(0, 20)) {
    try { take(item, await (await ask(`/api/v1/jobs/${item.job}`)).json()); } catch (error) { say(error.message); break; }
  }
}, WAIT);

$("#files").addEventListener("change", (event) => { add([...event.target.files]); event.target.value = ""; });
$("#folder").addEventListener("change", (event) => { add([...event.target.files]); event.target.value = ""; });
$("#retry-all").addEventListener("click", () => { for (const item of items.filter((one) => one.state === "failed" && one.again)) retry(item); });
addEventListener("beforeunload", (event) => { if (items.some((one) => one.state === "sending" || one.state === "waiting")) event.preventDefault(); });
taken(document.body, add);
held().then(add);
