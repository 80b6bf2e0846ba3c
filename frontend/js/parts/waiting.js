// A page that waits for the worker asks now and then, and is loaded anew when it is done. Without scripts one asks oneself.
const EVERY = 1_500;
const place = document.querySelector("[data-wait]");

async function ask() {
  try {
    const answer = await fetch(place.dataset.wait, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (answer.ok && (await answer.json()).ready) {
      location.reload();
      return;
    }
  } catch {
    // The network is away: it may be back the next time.
  }
  setTimeout(ask, EVERY);
}

if (place) setTimeout(ask, EVERY);
