// Answers for the hall pages of one meeting when there is no network, and for nothing else of the site.
const { number, files } = self.shell;
const NAME = `madang-hall-${number}`;
const WAIT = 4_000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(files)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function put(request, answer) {
  const cache = await caches.open(NAME);
  await cache.put(request, answer);
}

self.addEventListener("message", (event) => {
  for (const path of event.data?.keep ?? []) {
    if (path.startsWith(new URL(self.registration.scope).pathname)) {
      event.waitUntil(fetch(path, { redirect: "manual" }).then((answer) => (answer.ok ? put(path, answer) : null)).catch(() => null));
    }
  }
});

async function page(request) {
  const path = new URL(request.url).pathname;
  const cache = await caches.open(NAME);
  try {
    const answer = await Promise.race([fetch(request), new Promise((_, failed) => setTimeout(failed, WAIT))]);
    if (answer.ok) await cache.put(path, answer.clone());
    // Signed out, taken back or over: what was kept of it must not be called back.
    else if (answer.status === 403 || answer.status === 404 || answer.type === "opaqueredirect") await caches.delete(NAME);
    return answer;
  } catch {
    return (await cache.match(path)) ?? Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(page(request));
  } else if (files.includes(new URL(request.url).pathname)) {
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  }
});
