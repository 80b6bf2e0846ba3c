// Links that lead to a page that asks open a dialog instead; buttons can ask first, copy, or print.
document.addEventListener("click", async (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog?.showModal) {
    event.preventDefault();
    dialog.showModal();
    return;
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  if (event.target.tagName === "DIALOG") event.target.close();
  if (event.target.closest("[data-print]")) print();

  const asks = event.target.closest("[data-confirm]");
  if (asks && !confirm(asks.dataset.confirm)) event.preventDefault();

  const copies = event.target.closest("[data-copy]");
  if (copies) {
    const text = copies.dataset.copy || location.href;
    try {
      if (copies.hasAttribute("data-share") && navigator.share) await navigator.share({ title: document.title, url: text });
      else {
        await navigator.clipboard.writeText(text);
        const words = [...copies.childNodes].reverse().find((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
        if (words && copies.dataset.copied) {
          const before = words.textContent;
          words.textContent = copies.dataset.copied;
          setTimeout(() => { words.textContent = before; }, 2500);
        }
      }
    } catch { /* the person can still select the text */ }
  }
});
