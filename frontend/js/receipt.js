// The code of a receipt's QR code stands behind the # and so never reaches a server by itself: it is put into the field.
const field = document.querySelector("[data-receipt-code]");

function fill() {
  const code = decodeURIComponent(location.hash.slice(1)).trim();
  if (!field || !/^[0-9A-Za-z][0-9A-Za-z\s.–—-]{18,40}$/.test(code)) return;
  field.value = code;
  history.replaceState(null, "", location.pathname + location.search);
  field.form?.querySelector("button")?.focus();
}
addEventListener("hashchange", fill);
fill();
