// Scans tickets with the camera, where the browser can read codes. Elsewhere the eight characters are typed.

export function camera(found) {
  const place = document.querySelector("[data-hall-camera]");
  if (!place || !("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return;
  const video = place.querySelector("video");
  const button = place.querySelector("[data-hall-scan]");
  let stream = null;
  let last = "";
  place.hidden = false;

  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.hidden = true;
  };

  async function look(detector) {
    if (!stream) return;
    const [code] = await detector.detect(video).catch(() => []);
    // The same code stays in the picture for a while: it is told once.
    if (code && code.rawValue !== last) {
      last = code.rawValue;
      found(last);
      setTimeout(() => (last = ""), 4000);
    }
    setTimeout(() => look(detector), 250);
  }

  button.addEventListener("click", async () => {
    if (stream) return stop();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      place.hidden = true;
      return;
    }
    video.srcObject = stream;
    video.hidden = false;
    await video.play();
    look(new BarcodeDetector({ formats: ["qr_code"] }));
  });
  addEventListener("pagehide", stop);
}
