// Cases that wait on this device: in IndexedDB, with their photos, so that they outlive a closed page. Shared by the
// pages and the worker. A key and a secret of their own make sure that each is filed once and its receipt is told again.
export const NAME = "madang-cases";
const TRIES = [401, 403, 408, 429];

function opened() {
  return new Promise((done, failed) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("filings", { keyPath: "key" });
      request.result.createObjectStore("state");
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

async function run(name, mode, act) {
  const base = await opened();
  try {
    return await new Promise((done, failed) => {
      const turn = base.transaction(name, mode);
      const request = act(turn.objectStore(name));
      turn.oncomplete = () => done(request.result);
      turn.onabort = () => failed(turn.error);
      turn.onerror = () => failed(turn.error);
    });
  } finally {
    base.close();
  }
}

export const all = () => run("filings", "readonly", (store) => store.getAll());
export const put = (filing) => run("filings", "readwrite", (store) => store.put(filing));
export const remove = (key) => run("filings", "readwrite", (store) => store.delete(key));
export const note = (name, value) => run("state", "readwrite", (store) => store.put(value, name));
export const noted = (name) => run("state", "readonly", (store) => store.get(name));

export function forget() {
  return new Promise((done) => {
    const request = indexedDB.deleteDatabase(NAME);
    request.onsuccess = request.onerror = request.onblocked = () => done();
  });
}

const hex = (size) => [...crypto.getRandomValues(new Uint8Array(size))].map((one) => one.toString(16).padStart(2, "0")).join("");

export const fresh = (fields, photos) => ({ key: hex(16), secret: hex(32), written: new Date().toISOString(), state: "waiting", fields, photos });

// What the browser does not let two tabs do at once; where it has no locks, the key alone keeps it from being filed twice.
function alone(act) {
  return navigator.locks ? navigator.locks.request(NAME, { ifAvailable: true }, (lock) => (lock ? act() : null)) : act();
}

async function sendOne(filing, { csrf, who }, where) {
  if (filing.fields.naming === "named" && (filing.who ?? "") !== who && !filing.anyhow) return put({ ...filing, state: "held" });
  const data = new FormData();
  for (const [name, value] of Object.entries(filing.fields)) data.append(name, value);
  for (const photo of filing.photos) data.append("files", photo.blob, photo.name);
  for (const name of ["key", "secret", "written"]) data.append(name, filing[name]);
  data.append("sent", new Date().toISOString());
  const answer = await fetch(where.send, { method: "POST", body: data, headers: { "x-csrftoken": csrf }, redirect: "manual" });
  if (answer.status >= 500 || TRIES.includes(answer.status) || answer.type === "opaqueredirect") return null;
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) return put({ key: filing.key, written: filing.written, state: "filed", fields: { title: filing.fields.title }, photos: [], told });
  if (told.code === "case.twice") return null; // another request with this key is at work: the next turn is told the same
  return put({ ...filing, state: "refused", sentence: told.sentence ?? String(answer.status) });
}

// Sends what waits; how many were looked at. Without an answer everything stays as it is.
export async function send(where) {
  return alone(async () => {
    const waiting = (await all()).filter((one) => one.state === "waiting" || one.state === "held");
    if (!waiting.length) return 0;
    const answer = await fetch(where.ready, { cache: "no-store", redirect: "manual" }).catch(() => null);
    if (!answer?.ok) return 0;
    const ready = await answer.json();
    for (const filing of waiting) {
      try {
        await sendOne(filing, ready, where);
      } catch {
        return 0; // the connection broke: the next turn tries again
      }
    }
    return waiting.length;
  });
}
