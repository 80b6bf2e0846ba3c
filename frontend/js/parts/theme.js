// Switches the colours at once and keeps the choice in the cookie that the server reads; without this the form is sent.
const YEAR = 31536000;

document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("[data-theme-form]");
  const theme = event.submitter?.value;
  if (!form || !theme) return;
  event.preventDefault();
  document.documentElement.dataset.theme = theme;
  document.cookie = `theme=${theme};path=/;max-age=${YEAR};samesite=lax${location.protocol === "https:" ? ";secure" : ""}`;
  // The pressed button is hidden now: its twin keeps the focus.
  for (const button of form.querySelectorAll("button")) if (button.value !== theme) button.focus();
});
