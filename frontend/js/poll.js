// Questions that hang on another one are shown when it is answered so, and sent only then. Without this script they stand
// there with their condition as a sentence, and the server leaves out what does not hold.
for (const form of document.querySelectorAll("form[data-poll]")) {
  const hanging = [...form.querySelectorAll("[data-on]")];
  if (!hanging.length) continue;
  for (const sentence of form.querySelectorAll("[data-condition]")) sentence.hidden = true;
  const boxOf = (name) => form.querySelector(`[data-question="${name}"]`);

  const holds = (box) => {
    const other = boxOf(box.dataset.on);
    if (!other || other.hidden) return false;
    const wanted = box.dataset.anyOf.split(" ");
    return [...other.querySelectorAll(":checked")].some((control) => wanted.includes(control.value));
  };
  const arrange = () => {
    // In the order of the page: what hangs on a hidden question is hidden with it.
    for (const box of hanging) box.hidden = !holds(box);
  };
  form.addEventListener("change", arrange);
  addEventListener("pageshow", arrange);
  arrange();
}
