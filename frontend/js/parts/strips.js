// Tabs, chips and tables that are wider than a phone: what is current is in sight, and an edge that fades says that there is more.
for (const current of document.querySelectorAll(":is(.tabs, .chips) [aria-current]")) {
  const row = current.closest(".tabs, .chips");
  const [at, of] = [current.getBoundingClientRect(), row.getBoundingClientRect()];
  if (at.left < of.left || at.right > of.right) row.scrollLeft += at.left - of.left - (of.width - at.width) / 2;
}

const SLACK = 4;
const show = (strip) => strip.classList.toggle("has-more", strip.scrollWidth - strip.clientWidth - strip.scrollLeft > SLACK);
const sizes = new ResizeObserver((changes) => { for (const { target } of changes) show(target); });
for (const strip of document.querySelectorAll(".tabs, .chips, .table-scroll")) {
  strip.addEventListener("scroll", () => show(strip), { passive: true });
  sizes.observe(strip);
}
