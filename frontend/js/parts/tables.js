// A check box in the head selects every row; a line says how many are selected.
for (const table of document.querySelectorAll("table[data-select-all]")) {
  const boxes = () => [...table.querySelectorAll("tbody .table-select input")];
  const head = table.querySelector("thead .table-select");
  if (!head || !boxes().length) continue;
  const all = document.createElement("input");
  all.type = "checkbox";
  all.setAttribute("aria-label", head.textContent.trim());
  head.replaceChildren(all);
  const show = () => {
    const chosen = boxes().filter((box) => box.checked).length;
    all.checked = chosen > 0 && chosen === boxes().length;
    all.indeterminate = chosen > 0 && !all.checked;
    const scope = table.closest("form") || document;
    for (const place of scope.querySelectorAll("[data-selected-count]")) place.textContent = chosen.toLocaleString();
  };
  all.addEventListener("change", () => { for (const box of boxes()) box.checked = all.checked; show(); });
  table.addEventListener("change", (event) => { if (event.target !== all) show(); });
  show();
}
