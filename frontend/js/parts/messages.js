// Toasts get a button that dismisses them. They never vanish by themselves: some people read slowly.
const CROSS = "M6 6l12 12M18 6 6 18";

function dismissable(toast) {
  if (toast.querySelector("button")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "round";
  button.setAttribute("aria-label", toast.dataset.dismiss || "Close");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("viewBox", "0 0 24 24");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", CROSS);
  svg.append(path);
  button.append(svg);
  button.addEventListener("click", () => {
    toast.classList.add("is-leaving");
    setTimeout(() => toast.remove(), 200);
  });
  toast.append(button);
}

const toasts = [...document.querySelectorAll("[data-toast]")];
toasts.forEach(dismissable);

// A screen reader says what changes in a status region, not what came with the page: said once the page is there.
// Without scripts the title says it, which is read first; with them the title is that of the page again afterwards.
if (toasts.length) {
  const words = toasts.map((toast) => toast.querySelector("p").textContent.trim().replace(/\s+/g, " "));
  const region = document.createElement("p");
  region.className = "visually-hidden";
  region.setAttribute("role", "status");
  document.body.append(region);
  setTimeout(() => { region.textContent = words.join(" "); }, 600);
  setTimeout(() => {
    region.remove();
    const said = `${words.join(" · ")} · `;
    if (document.title.startsWith(said)) document.title = document.title.slice(said.length);
  }, 6000);
}

/** Says something in the page's status area. */
export function say(text) {
  const area = document.querySelector(".messages");
  if (!area) return;
  const toast = document.createElement("div");
  toast.className = "toast tone-blue";
  const words = document.createElement("p");
  words.textContent = text;
  toast.append(words);
  area.append(toast);
  setTimeout(() => toast.remove(), 6000);
}
