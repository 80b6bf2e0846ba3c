// How the hall stands when the acts that wait are done: plain values in, plain values out. The server has the last word.

const without = (line, act) => line.filter((one) => !(act.of ? one.key === act.of : String(one.place) === String(act.place)));
const picked = (line, act) => (act.place || act.of ? line.find((one) => (act.of ? one.key === act.of : String(one.place) === String(act.place))) : line[0]);

function floor(state, { kind, data, at, key }) {
  const agenda = state.agenda;
  if (kind === "start_item") {
    return {
      ...state,
      agenda: agenda.map((one) => {
        if (String(one.item) === String(data.item)) return one.started ? one : { ...one, started: at };
        return one.started && !one.ended ? { ...one, ended: at } : one;
      }),
    };
  }
  if (kind === "end_item") {
    return { ...state, agenda: agenda.map((one) => (String(one.item) === String(data.item) && !one.ended ? { ...one, ended: at } : one)) };
  }
  if (kind === "ask_to_speak") return { ...state, line: [...state.line, { place: "", key, label: data.label, stance: data.stance }] };
  if (kind === "leave") return { ...state, line: without(state.line, data) };
  if (kind === "finish") return { ...state, speaking: null };
  if (kind === "call") {
    const next = picked(state.line, data);
    if (!next) return state;
    return { ...state, speaking: { ...next, since: at }, line: state.line.filter((one) => one !== next) };
  }
  return state;
}

function door(state, { kind, digest }) {
  if (kind === "walk_in") return { ...state, came: state.came + 1 };
  if (kind !== "check_in" || state.tickets[digest] === "came") return state;
  return { ...state, came: state.came + 1, tickets: { ...state.tickets, [digest]: "came" } };
}

function notes(state, { kind, data, key }) {
  if (kind !== "note") return state;
  const kept = { note: data.note, version: Number(data.seen), text: data.body, language: "", beside: "", isKept: true, key };
  const known = state.some((one) => one.note === data.note);
  return known ? state.map((one) => (one.note === data.note ? { ...one, text: data.body, isKept: true } : one)) : [...state, kept];
}

export function after(state, acts) {
  return acts.reduce(
    (now, act) => ({
      ...now,
      ...(now.floor ? { floor: floor(now.floor, act) } : {}),
      ...(now.door ? { door: door(now.door, act) } : {}),
      ...(now.notes ? { notes: notes(now.notes, act) } : {}),
    }),
    state,
  );
}
