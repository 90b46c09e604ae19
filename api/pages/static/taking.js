// Files and folders that are dropped on a page: `use` is given the files, each with its `path`, and the names of those that
// cannot be read.
export function taken(place, use) {
  let depth = 0;
  const holdsFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
  addEventListener("dragenter", (event) => { if (holdsFiles(event)) { event.preventDefault(); depth++; place.classList.add("dragging"); } });
  addEventListener("dragover", (event) => { if (holdsFiles(event)) event.preventDefault(); });
  addEventListener("dragleave", () => { if (--depth <= 0) { depth = 0; place.classList.remove("dragging"); } });
  addEventListener("drop", async (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    depth = 0;
    place.classList.remove("dragging");
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.() || item.getAsFile()).filter(Boolean);
    const lost = [], files = (await Promise.all(entries.map((entry) => inside(entry, lost)))).flat();
    use(files, lost);
  });
}

async function inside(entry, lost) {
  if (entry instanceof File) return [entry];
  const path = entry.fullPath.slice(1);
  try {
    if (entry.isFile) return [Object.assign(await new Promise((done, failed) => entry.file(done, failed)), { path })];
    const reader = entry.createReader(), found = [];
    for (;;) { // a hundred at a time
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!some.length) break;
      found.push(...some);
    }
    return (await Promise.all(found.map((one) => inside(one, lost)))).flat();
  } catch {
    lost.push(path);
    return [];
  }
}

// Files on their way from one page to the next wait in the browser's own store.
const open = () => new Promise((done, failed) => {
  const asked = indexedDB.open("heshu", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("files", { autoIncrement: true });
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => failed(asked.error);
});

export async function hold(files) {
  const base = await open(), work = base.transaction("files", "readwrite");
  for (const file of files) work.objectStore("files").add(file);
  return new Promise((done, failed) => { work.oncomplete = done; work.onerror = () => failed(work.error); });
}

export async function held() {
  const base = await open(), work = base.transaction("files", "readwrite"), store = work.objectStore("files"), asked = store.getAll();
  return new Promise((done) => { asked.onsuccess = () => { store.clear(); done(asked.result); }; asked.onerror = () => done([]); });
}
