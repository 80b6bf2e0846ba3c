// Keys of the desk: j and k move, Enter opens, x selects, / searches, ? shows the keys. Never while typing.
const isTyping = (node) => node.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], dialog");

if (document.body.hasAttribute("data-desk")) {
  const rows = () => [...document.querySelectorAll("[data-keys] > li, table[data-keys] > tbody > tr")];
  const current = () => rows().findIndex((row) => row.classList.contains("is-current"));

  const go = (to) => {
    const all = rows();
    if (!all.length) return;
    const next = all[Math.max(0, Math.min(to, all.length - 1))];
    all.forEach((row) => row.classList.toggle("is-current", row === next));
    next.querySelector("a[href]")?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
    const at = current();
    const row = rows()[at];
    if (event.key === "j") go(at + 1);
    else if (event.key === "k") go(at < 0 ? 0 : at - 1);
    else if (event.key === "x" && row) row.querySelector("input[type=checkbox]")?.click();
    else if (event.key === "Enter" && row && event.target === document.body) row.querySelector("a[href]")?.click();
    else if (event.key === "/") (document.querySelector('main input[type="search"]') ?? document.querySelector('a[href*="search"]'))?.focus();
    else if (event.key === "?") document.getElementById("keys")?.showModal?.();
    else {
      // Pages name further keys on their links: `<a data-key="n">`. They may be hidden.
      const link = document.querySelector(`a[data-key="${CSS.escape(event.key)}"]`);
      if (!link) return;
      location.assign(link.href);
    }
    event.preventDefault();
  });
  document.addEventListener("focusin", (event) => {
    const row = rows().find((each) => each.contains(event.target));
    if (row) rows().forEach((each) => each.classList.toggle("is-current", each === row));
  });
}
