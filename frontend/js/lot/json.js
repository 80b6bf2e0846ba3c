// JSON of a lot: whole numbers only, no key twice, and one byte form. JSON.parse would let all of that pass unseen.

export class NoLot extends Error {}

const DEPTH = 200;
const DIGITS = 4_300;
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const WORDS = { true: true, false: false, null: null };

const no = (why) => {
  throw new NoLot(why);
};

/** The value of a text. Whole numbers beyond 2^53 come as BigInt, objects as Map-like plain objects without a prototype. */
export function parse(text) {
  let at = 0;
  const take = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at = pattern.lastIndex;
    return found?.[0];
  };
  const next = (sign) => {
    take(SPACE);
    if (text[at] !== sign) return false;
    at += 1;
    take(SPACE);
    return true;
  };

  function string() {
    const raw = take(STRING) ?? no("not JSON");
    const made = raw.includes("\\") ? JSON.parse(raw) : raw.slice(1, -1);
    try {
      encodeURIComponent(made); // knows half a character, which has no bytes
    } catch {
      no("half a character");
    }
    return made;
  }

  function number() {
    const raw = take(NUMBER) ?? no("not JSON");
    if (/[.eE0-9]/.test(text[at] ?? "")) no("only whole numbers occur");
    if (raw.length > DIGITS) no("too large a number");
    const made = Number(raw);
    return Number.isSafeInteger(made) ? made + 0 : BigInt(raw);
  }

  function value(depth) {
    if (depth > DEPTH) no("too deep");
    const sign = text[at];
    if (sign === '"') return string();
    if (next("[")) {
      const made = [];
      if (next("]")) return made;
      do made.push(value(depth + 1));
      while (next(","));
      return next("]") ? made : no("not JSON");
    }
    if (next("{")) {
      const made = Object.create(null);
      if (next("}")) return made;
      do {
        const key = string();
        if (key in made) no("a key stands twice");
        if (!next(":")) no("not JSON");
        made[key] = value(depth + 1);
      } while (next(","));
      return next("}") ? made : no("not JSON");
    }
    for (const [word, meant] of Object.entries(WORDS)) {
      if (text.startsWith(word, at)) {
        at += word.length;
        return meant;
      }
    }
    return number();
  }

  take(SPACE);
  const made = value(0);
  take(SPACE);
  return at === text.length ? made : no("not JSON");
}

const points = (text) => [...text].map((letter) => letter.codePointAt(0));

/** Keys in the order of their code points, as the program in Python sorts them. */
function before(a, b) {
  const [left, right] = [points(a), points(b)];
  const at = left.findIndex((point, place) => point !== right[place]);
  return at < 0 ? left.length - right.length : left[at] - (right[at] ?? -1);
}

/** The one written form: keys sorted, no blanks. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const keys = Object.keys(value).sort(before);
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return JSON.stringify(value);
}
