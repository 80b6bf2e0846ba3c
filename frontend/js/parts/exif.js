// Where a photo was taken, read from its first bytes on this device; null when it does not say. Nothing is sent.
const FIRST = 256 * 1024;

function tiff(view, start) {
  const isLittle = view.getUint16(start) === 0x4949;
  const short = (at) => view.getUint16(start + at, isLittle);
  const long = (at) => view.getUint32(start + at, isLittle);
  const entries = (at) => {
    const found = new Map();
    for (let n = 0; n < short(at); n += 1) found.set(short(at + 2 + n * 12), at + 2 + n * 12);
    return found;
  };
  const pointer = entries(long(4)).get(0x8825);
  if (!pointer) return null;
  const gps = entries(long(pointer + 8));
  const degrees = (tag, letter) => {
    if (!gps.has(tag)) return NaN;
    const at = long(gps.get(tag) + 8);
    const [whole, minutes, seconds] = [0, 8, 16].map((by) => long(at + by) / long(at + by + 4));
    const size = whole + minutes / 60 + seconds / 3600;
    const side = gps.has(letter) ? String.fromCharCode(view.getUint8(start + gps.get(letter) + 8)) : "";
    return side === "S" || side === "W" ? -size : size;
  };
  const point = [degrees(2, 1), degrees(4, 3)];
  return point.every(Number.isFinite) && (point[0] || point[1]) ? point : null;
}

export async function positionIn(file) {
  try {
    const view = new DataView(await file.slice(0, FIRST).arrayBuffer());
    if (view.getUint16(0) !== 0xffd8) return null;
    for (let at = 2; at + 10 < view.byteLength && view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
      if (view.getUint8(at + 1) === 0xe1 && view.getUint32(at + 4) === 0x45786966) return tiff(view, at + 10);
    }
  } catch { /* cut off, or no photo at all */ }
  return null;
}
