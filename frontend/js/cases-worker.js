// Answers for the pages of cases when the site does not, and for nothing else: with the page on which a case is kept on
// this device. A form that was on its way gives its words back there. Where the browser can, what waits is sent in the background.
import { put, noted, send } from "./parts/kept.js";

const { name, offline, new: filing, files } = self.shell;
const WAIT = 12_000;
const AWAY = [502, 503, 504];
const anonymous = (path) => new Request(path, { credentials: "omit", cache: "no-store" });

async function stored() {
  const cache = await caches.open(name);
  // One by one: a file that is missing must not take the page away.
  await Promise.all([offline, ...files].map(async (path) => {
    const answer = await fetch(anonymous(path)).catch(() => null);
    if (answer?.ok) await cache.put(path, answer);
  }));
}

self.addEventListener("install", (event) => event.waitUntil(stored().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function draft(request) {
  const data = await request.formData();
  const fields = {};
  for (const [key, value] of data) if (typeof value === "string") fields[key] = value;
  const photos = data.getAll("files").filter((one) => typeof one !== "string" && one.size).map((file) => ({ name: file.name, blob: file }));
  if (fields.title || fields.body) await put({ key: "draft", state: "draft", fields, photos });
}

async function page(request) {
  const cache = await caches.open(name);
  const spare = request.method === "POST" ? request.clone() : null;
  let answer = null;
  try {
    answer = request.method === "GET" ? await Promise.race([fetch(request), new Promise((_, late) => setTimeout(late, WAIT))]) : await fetch(request);
    if (!AWAY.includes(answer.status)) return answer;
  } catch { /* no connection, or no answer in time */ }
  if (spare && new URL(request.url).pathname === filing) await draft(spare).catch(() => {});
  return (await cache.match(offline)) ?? answer ?? Response.error();
}

async function file(request, path) {
  const cache = await caches.open(name);
  const kept = await cache.match(path);
  const asked = fetch(request).then((answer) => { if (answer.ok) cache.put(path, answer.clone()); return answer; });
  if (!kept) return asked;
  asked.catch(() => {});
  return kept;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (request.method === "GET" && files.includes(pathname)) event.respondWith(file(request, pathname));
});

self.addEventListener("sync", (event) => {
  if (event.tag === "cases") event.waitUntil(noted("where").then((where) => (where ? send(where) : null)));
});
