// Bytes, base64 and hashes; and `Wrong`: what was given does not hold, as against a fault of this program.

export const WIDTH = 256;
export const HASH = 32;
export const encoder = new TextEncoder();

export class Wrong extends Error {}

export const fail = (why) => {
  throw new Wrong(why);
};

export const equal = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export const join = (...parts) => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

export const encode64 = (bytes) => btoa(String.fromCharCode(...bytes));

/** Base64 in its one canonical spelling, so that no character can be changed unseen. */
export const decode64 = (text) => {
  let raw;
  try {
    raw = atob(text);
  } catch {
    fail("not base64");
  }
  if (btoa(raw) !== text) fail("not canonical base64");
  return Uint8Array.from(raw, (char) => char.charCodeAt(0));
};

export const decimal = (text) => (/^(0|[1-9][0-9]{0,14})$/.test(text) ? Number(text) : fail("not a number"));
export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

/** `result` for a receipt that is wrong; anything else is a fault of this program and goes on. */
export function expected(error, result) {
  if (error instanceof Wrong) return result;
  throw error;
}
