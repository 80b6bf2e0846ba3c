// How much of a ballot is used, while one chooses; and how many ballots were cast so far. The server checks everything again.
const won = (amount) => (document.documentElement.lang.startsWith("en") ? `₩${amount.toLocaleString("en-US")}` : korean(amount));

function korean(amount) {
  const parts = [
    [Math.floor(amount / 1e8), "억"],
    [Math.floor((amount % 1e8) / 1e4), "만"],
    [amount % 1e4, ""],
  ];
  const said = parts.filter(([many]) => many).map(([many, unit]) => many.toLocaleString("en-US") + unit);
  if (!said.length) return "0원";
  return said.join(" ") + (amount % 1e4 ? "원" : " 원");
}

for (const form of document.querySelectorAll("form[data-ballot]")) {
  const box = form.querySelector("[data-sum]");
  const said = box.querySelector("[data-sum-said]");
  const bar = box.querySelector("progress");
  const { ballot, money, points, most } = form.dataset;
  const whole = Number({ knapsack: money, points }[ballot] ?? most);

  const used = () => {
    const fields = [...form.querySelectorAll("[data-cost]")].filter((field) => (field.type === "checkbox" ? field.checked : field.value.trim()));
    if (ballot === "knapsack") return fields.reduce((sum, field) => sum + Number(field.dataset.cost), 0);
    if (ballot === "points") return fields.reduce((sum, field) => sum + (Number(field.value) || 0), 0);
    return fields.length;
  };
  const show = () => {
    const sum = used();
    const name = { knapsack: "money", points: "points" }[ballot] ?? "projects";
    const written = (amount) => (ballot === "knapsack" ? won(amount) : amount.toLocaleString("en-US"));
    const over = ballot === "knapsack" && sum > whole;
    const words = over ? said.dataset.wordsOver : said.dataset[`words${name[0].toUpperCase()}${name.slice(1)}`];
    said.textContent = words.replace("#", written(over ? sum - whole : sum)).replace("%", written(whole));
    bar.value = Math.min(sum / whole, 1);
    box.classList.toggle("tone-persimmon", sum > whole);
  };
  box.hidden = false;
  form.addEventListener("input", show);
  addEventListener("pageshow", show);
  show();
}

const place = document.querySelector("[data-turnout]");
if (place && "EventSource" in window) {
  let source = null;
  const stop = () => {
    source?.close();
    source = null;
  };
  const open = () => {
    if (source || document.hidden) return;
    source = new EventSource(place.dataset.turnout);
    source.onmessage = ({ data }) => {
      const { pots } = JSON.parse(data);
      const many = place.dataset.pot ? pots[place.dataset.pot] : Object.values(pots).reduce((sum, one) => sum + one, 0);
      place.querySelector("[data-turnout-count]").textContent = (many ?? 0).toLocaleString("en-US");
    };
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? stop() : open()));
  addEventListener("pagehide", stop);
  addEventListener("pageshow", open);
}
