// Scans tickets with the camera. Where there is none, or no network to read its picture, the eight characters are typed.
import { reader } from "../parts/codes.js";

const EVERY = 250;
const AGAIN = 4_000; // a code that stays in the picture is told once, and again when it comes back

export function camera(found) {
  const place = document.querySelector("[data-hall-camera]");
  if (!place || !navigator.mediaDevices?.getUserMedia) return;
  const video = place.querySelector("video");
  const button = place.querySelector("[data-hall-scan]");
  const trouble = place.querySelector("[data-hall-no-camera]");
  const start = button.textContent;
  let stream = null;
  let last = "";
  let seen = 0;
  place.hidden = false;

  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.hidden = true;
    button.textContent = start;
  };

  async function look(read) {
    const mine = stream;
    while (stream && stream === mine) {
      let wait = EVERY;
      try {
        const code = await read(video);
        trouble.textContent = "";
        if (code && (code !== last || Date.now() - seen > AGAIN)) found(code);
        if (code) [last, seen] = [code, Date.now()];
      } catch {
        trouble.textContent = trouble.dataset.alone;
        wait = AGAIN;
      }
      await new Promise((done) => setTimeout(done, wait));
    }
  }

  button.addEventListener("click", async () => {
    if (stream) return stop();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      video.hidden = false;
      button.textContent = place.dataset.stop;
      trouble.textContent = "";
      await video.play();
      look(await reader(place.dataset.read, document.querySelector("[name=csrfmiddlewaretoken]").value));
    } catch {
      stop();
      trouble.textContent = trouble.dataset.none;
    }
  });
  addEventListener("pagehide", stop);
}
