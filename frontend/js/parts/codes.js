// What the QR code before the camera says. Where the browser cannot read codes (iPhones, Firefox, most computers) the site
// is sent single small pictures; it reads them and keeps none.
const WIDE = 800;

async function canRead() {
  if (!("BarcodeDetector" in window)) return false;
  return (await BarcodeDetector.getSupportedFormats().catch(() => [])).includes("qr_code");
}

// A function from a video to the text of the code it shows, "" for none. It throws where the site cannot be asked.
export async function reader(address, token) {
  if (await canRead()) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video).catch(() => []))[0]?.rawValue ?? "";
  }
  const canvas = document.createElement("canvas");
  return async (video) => {
    const share = Math.min(1, WIDE / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * share);
    canvas.height = Math.round(video.videoHeight * share);
    canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
    const body = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8));
    const answer = await fetch(address, { method: "POST", headers: { "content-type": "image/jpeg", "x-csrftoken": token }, body });
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()).text;
  };
}
