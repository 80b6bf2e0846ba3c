// Passkeys: asks the browser, puts its answer into the form and sends it. Without this the other ways remain.
const forms = document.querySelectorAll("form[data-passkey]");

function say(form, what) {
  const trouble = form.querySelector("[data-passkey-trouble]");
  trouble.querySelector("span").textContent = trouble.dataset[what];
  trouble.hidden = false;
}

function cause(error) {
  if (error instanceof TypeError || error.name === "OfflineError") return "offline";
  if (error.name === "InvalidStateError") return "known";
  return "stopped";
}

async function options(form) {
  if (form.dataset.passkey !== "login") return JSON.parse(document.getElementById("passkey-data").textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
  if (!answer.ok) throw Object.assign(new Error("no options"), { name: "OfflineError" });
  return answer.json();
}

async function use(form) {
  const asked = await options(form);
  if (form.dataset.passkey !== "create") return window.webauthnJSON.get(asked.request_options);
  const wanted = asked.creation_options;
  Object.assign(wanted.publicKey.authenticatorSelection, {
    residentKey: "required",
    requireResidentKey: true,
    userVerification: "required",
  });
  return window.webauthnJSON.create(wanted);
}

for (const form of forms) {
  if (!window.PublicKeyCredential && form.dataset.passkey === "login") continue;
  form.hidden = false;
  form.querySelector("[data-passkey-go]").addEventListener("click", async () => {
    form.querySelector("[data-passkey-trouble]").hidden = true;
    if (!window.PublicKeyCredential) return say(form, "missing");
    try {
      form.elements.credential.value = JSON.stringify(await use(form));
      form.submit();
    } catch (error) {
      say(form, cause(error));
    }
  });
}
