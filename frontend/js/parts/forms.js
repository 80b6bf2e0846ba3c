// Small helps in forms: the error summary takes focus, characters are counted, chosen files are listed.
document.querySelector("[data-focus]")?.focus();

function count(control) {
  const line = document.getElementById(`${control.id}_counter`);
  if (!line) return;
  const left = Number(control.dataset.counter) - [...control.value.replace(/\r?\n/g, "\n")].length;
  line.classList.toggle("is-over", left < 0);
  line.textContent = (left < 0 ? line.dataset.counterOver : line.dataset.counterLeft).replace("{}", Math.abs(left).toLocaleString());
}
document.querySelectorAll("[data-counter]").forEach((control) => {
  if (control.value) count(control);
  control.addEventListener("input", () => count(control));
  control.form?.addEventListener("reset", () => setTimeout(() => count(control)));
});

const size = (bytes) => (bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`);
document.querySelectorAll("[data-drop]").forEach((drop) => {
  const input = drop.querySelector('input[type="file"]');
  const list = drop.querySelector("[data-drop-list]");
  if (!input) return;
  const { dropOut: out } = drop.dataset;
  let held = [];
  const same = (one, other) => one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
  const set = (files) => {
    const chosen = new DataTransfer();
    files.forEach((file) => chosen.items.add(file));
    input.files = chosen.files;
  };
  const tell = () => input.dispatchEvent(new Event("change", { bubbles: true }));
  // A second choice adds to the first, as a phone's camera gives one photo at a time. None at all empties it.
  const add = (files) => {
    if (input.multiple && files.length) set([...held, ...files.filter((file) => !held.some((one) => same(one, file)))]);
    show();
  };
  const line = (file) => {
    const row = document.createElement("li");
    row.append(`${file.name} · ${size(file.size)} `);
    if (!out) return row;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "drop-out", textContent: out });
    button.setAttribute("aria-label", `${out}: ${file.name}`);
    button.addEventListener("click", () => {
      held = held.filter((one) => one !== file);
      set(held);
      tell();
      (list.querySelector("button") ?? input).focus();
    });
    row.append(button);
    return row;
  };
  const show = () => {
    held = [...input.files];
    list.replaceChildren(...held.map(line), ...tooMuch());
  };
  // Said before it is sent: beyond its own limits the server reads nothing at all, the words neither.
  const tooMuch = () => {
    const { dropMost: most = Infinity, dropBytes: bytes = Infinity, dropTotal: total = Infinity, dropOver: words } = drop.dataset;
    const sizes = [...input.files].map((file) => file.size);
    if (!words || (sizes.length <= most && sizes.every((one) => one <= bytes) && sizes.reduce((sum, one) => sum + one, 0) <= total)) return [];
    const line = document.createElement("li");
    line.className = "error";
    line.setAttribute("role", "alert");
    line.textContent = words;
    return [line];
  };
  input.addEventListener("change", () => add([...input.files]));
  for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("is-over"); });
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("is-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    set([...event.dataTransfer.files].slice(0, input.multiple ? undefined : 1));
    tell();
  });
});

// A form is sent once, however often the button is pressed; the button is freed when the page comes back from the cache.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  const button = event.submitter;
  setTimeout(() => { if (button && !event.defaultPrevented) { button.setAttribute("aria-busy", "true"); } });
  if (button?.getAttribute("aria-busy") === "true") event.preventDefault();
});
addEventListener("pageshow", () => document.querySelectorAll('button[aria-busy="true"]').forEach((button) => button.removeAttribute("aria-busy")));
