// Where the row of tabs is wider than a phone, the tab of this page is in sight.
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  const row = tab.closest(".tabs");
  const [at, of] = [tab.getBoundingClientRect(), row.getBoundingClientRect()];
  if (at.left < of.left || at.right > of.right) row.scrollLeft += at.left - of.left - (of.width - at.width) / 2;
}
