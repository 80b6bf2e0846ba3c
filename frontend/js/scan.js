// Reads the code of a paper form with the camera, where the browser can; the form is sent as soon as one is found.
const form = document.querySelector("form[data-scan]");
const field = form?.querySelector("[name=serial]");

async function scan(button) {
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  const view = Object.assign(document.createElement("video"), { className: "scan-view", muted: true, playsInline: true, srcObject: stream });
  button.after(view);
  button.textContent = form.dataset.scanStop;
  let running = true;
  const stop = () => {
    running = false;
    stream.getTracks().forEach((track) => track.stop());
    view.remove();
    button.textContent = form.dataset.scan;
  };
  button.onclick = () => {
    stop();
    button.onclick = start;
  };
  await view.play();
  while (running) {
    const [found] = await detector.detect(view).catch(() => []);
    if (found) {
      field.value = found.rawValue;
      stop();
      form.requestSubmit();
      return;
    }
    await new Promise((done) => setTimeout(done, 150));
  }
}

function start(event) {
  const button = event.currentTarget;
  scan(button).catch(() => {
    button.replaceWith(Object.assign(document.createElement("p"), { className: "hint", role: "status", textContent: form.dataset.scanNone }));
  });
}

if (form && field && "BarcodeDetector" in window && navigator.mediaDevices?.getUserMedia) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: form.dataset.scan });
  button.onclick = start;
  form.prepend(button);
}
