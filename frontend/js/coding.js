// One answer after the other by keyboard. The next answer is already here when the one before is sent, so that nobody
// waits. Keys act only while the focus is inside the box. Keys are read by their place, so that they also work while a
// Korean keyboard is on. Without this script the same form does the same, with one page for each answer.
const box = document.querySelector("[data-read]");
const form = document.querySelector("form[data-coding]");

if (box && form) start();

function start() {
  const slot = form.querySelector("[data-slot]");
  const error = box.querySelector("[data-error]");
  const meaning = form.querySelector("[data-meaning]");
  const finished = box.querySelector("[data-finished]");
  const next = form.querySelector("[data-next]");
  const help = box.querySelector("[data-help]");
  const progress = document.querySelector("[data-progress]");
  const radios = [...form.querySelectorAll("input[name=code]")];
  const part = () => slot.querySelector("[data-part]");
  const chosen = () => radios.find((one) => one.checked);
  const shape = form.querySelector("template[data-shape]").content;
  let sending = false;
  let waiting = false; // she was quicker than the connection: goes on when it is back
  let following = drawn(JSON.parse(form.dataset.following));

  help.hidden = false;
  for (const hint of form.querySelectorAll("[data-keys-hint]")) hint.hidden = false;
  form.addEventListener("change", explain);
  form.addEventListener("focusin", (event) => explain(event, event.target));
  form.addEventListener("submit", send);
  box.addEventListener("keydown", press);
  explain();
  focusText();

  // An answer as the server would have drawn it; nothing for none.
  function drawn(one) {
    if (!one.task) return null;
    const made = shape.firstElementChild.cloneNode(true);
    const at = (name) => made.querySelector(`[data-${name}]`);
    made.dataset.task = one.task;
    made.dataset.alike = one.alike_key;
    made.querySelector("[name=task]").value = one.task;
    const text = made.querySelector("h2");
    text.textContent = one.text;
    text.lang = one.language;
    text.classList.toggle("read-text--long", one.text.length > 400);
    if (one.alike) {
      at("alike-words").textContent = one.alike_words;
      const list = made.querySelector("ul");
      for (const other of one.others) list.appendChild(document.createElement("li")).textContent = other;
      made.querySelector("details").hidden = !one.others.length;
    } else at("alike-box").remove();
    if (one.suggested.length) {
      const [first, ...rest] = one.suggested;
      at("accept").value = at("accept").dataset.accept = first.key;
      at("name").textContent = first.name;
      at("percent").textContent = `${first.percent} %`;
      at("rest").textContent = rest.map((each) => `${each.name} ${each.percent} %`).join(", ");
    } else at("suggested-box").remove();
    return made;
  }

  function focusText() {
    slot.querySelector("#read-text")?.focus({ preventScroll: true });
  }

  // What the code that is chosen, or has the focus, means: the same words as in the book beside.
  function explain(_event, focused) {
    const code = focused?.name === "code" || focused?.name === "more" ? focused.value : chosen()?.value;
    if (!code) {
      if (!focused) meaning.hidden = true;
      return;
    }
    const words = document.getElementById(`c-${code}-means`);
    meaning.replaceChildren(...[...words.childNodes].map((node) => node.cloneNode(true)));
    meaning.hidden = !meaning.textContent.trim();
    for (const entry of document.querySelectorAll("[data-entry]")) entry.open = entry.dataset.entry === code;
  }

  function press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
    if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) {
      event.preventDefault();
      help.open = !help.open;
      return;
    }
    const key = event.code.replace(/^(Key|Digit|Numpad)/, "").toLowerCase();
    if (event.code === "Enter" || event.code === "NumpadEnter") {
      if (event.target.closest("button, summary, a, input[type=checkbox]") && event.target !== next) return;
      event.preventDefault();
      next.click();
      return;
    }
    const target =
      (event.shiftKey && form.querySelector(`[data-more="${CSS.escape(key)}"]`)) ||
      form.querySelector(`[data-press="${CSS.escape(key)}"]`) ||
      form.querySelector(`[data-act="${CSS.escape(key)}"]:not([hidden])`) ||
      (key === "y" && form.querySelector("[data-accept]"));
    if (!target) return;
    event.preventDefault();
    if (event.shiftKey && target.dataset.more) target.closest("details").open = true;
    if (target.type === "radio") target.focus({ preventScroll: true });
    target.click();
  }

  async function send(event) {
    const button = event.submitter;
    if (button && (button.value === "skip" || button.value === "undo")) return; // an ordinary page
    event.preventDefault();
    if (sending) {
      waiting = true;
      return;
    }
    const accepted = button?.dataset.accept;
    if (accepted) form.querySelector(`input[name=code][value="${CSS.escape(accepted)}"]`).checked = true;
    if (!chosen()) return complain(box.dataset.choose);
    const sent = new FormData(form);
    const now = part();
    const choice = { code: chosen(), more: [...form.querySelectorAll("input[name=more]:checked")] };
    const together = now.querySelector("input[name=alike]")?.checked && now.dataset.alike === following?.dataset.alike;
    const ready = together ? null : following;
    if (ready) sent.set("held", ready.dataset.task);
    sending = true;
    error.hidden = true;
    if (ready) show(ready);
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: sent,
        headers: { "X-Coding": "1" },
        redirect: "manual",
      });
      if (!answer.headers.get("X-Coding")) throw new Error(box.dataset.away);
      if (!answer.ok) {
        // Coded in another window meanwhile: she is told, and sent once more it takes the place of that.
        const was = answer.headers.get("X-Coding-Was");
        if (was) now.querySelector("[name=was]").value = was;
        throw new Error(await answer.text());
      }
      const { done, part: after } = await answer.json();
      count(done);
      const got = drawn(after);
      following = got;
      if (!ready) {
        if (!got) finish();
        else {
          show(got);
          following = null;
          await prefetch(got.dataset.task).catch(() => {}); // the next reply brings it
        }
      }
    } catch (problem) {
      // What was chosen is there again, and Enter sends it once more.
      waiting = false;
      if (ready) following = ready;
      slot.replaceChildren(now);
      for (const one of radios) one.checked = one === choice.code;
      for (const one of choice.more) one.checked = true;
      explain();
      complain(problem instanceof TypeError ? box.dataset.offline : problem.message || box.dataset.away);
    } finally {
      sending = false;
      if (waiting) {
        waiting = false;
        if (chosen()) next.click();
      }
    }
  }

  async function prefetch(held) {
    const answer = await fetch(`${location.pathname}?after=${held}`, { headers: { "X-Coding": "1" } });
    if (!answer.headers.get("X-Coding")) return;
    following = drawn((await answer.json()).part);
  }

  function show(one) {
    slot.replaceChildren(one);
    for (const input of form.querySelectorAll("input[name=code], input[name=more]")) input.checked = false;
    explain();
    focusText();
    form.querySelector("[data-act=u]").hidden = false;
    if (location.search) history.replaceState(null, "", location.pathname);
  }

  function finish() {
    form.hidden = true;
    help.hidden = true;
    finished.hidden = false;
    finished.querySelector("[data-finished-title]").focus();
  }

  function count(more) {
    const now = Number(progress.dataset.now) + more;
    progress.dataset.now = String(now);
    document.querySelector("[data-done]").textContent = now.toLocaleString();
    const bar = progress.querySelector("progress");
    if (bar) bar.value = now;
  }

  function complain(words) {
    error.textContent = words;
    error.hidden = false;
  }
}
