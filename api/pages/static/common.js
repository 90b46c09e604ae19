// What every page shares: the token that goes along with what changes something, and what is said to screen readers.
const token = document.querySelector("meta[name=token]").content;

export const $ = (selector, from = document) => from.querySelector(selector);
export const all = (selector, from = document) => [...from.querySelectorAll(selector)];

export function say(text) {
  $("#said").textContent = text;
}

// A request of ours. Anything but success is thrown, with what the problem document says.
export async function ask(address, options = {}) {
  const headers = { "X-CSRF-Token": token, Accept: "application/json, text/x-part", ...(options.headers || {}) };
  let response;
  try {
    response = await fetch(address, { ...options, headers, credentials: "same-origin" });
  } catch {
    throw new Error("连接不上服务，请稍后再试");
  }
  if (response.ok || response.status === 422 && (response.headers.get("content-type") || "").startsWith("text/html")) return response;
  if (response.status === 401) throw new Error("登录已过期，请重新登录");
  let told = null;
  try { told = await response.json(); } catch { /* no problem document */ }
  throw new Error(told?.detail || `没有成功（${response.status}）`);
}

// HTML of our own server as nodes; templates run nothing.
export function nodes(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

export { token };
