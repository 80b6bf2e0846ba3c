// Niceties of every page. Nothing here is needed: pages work without it.
document.documentElement.classList.add("js");
import "./parts/menus.js";
import "./parts/theme.js";
import "./parts/messages.js";
import "./parts/signout.js";
import "./parts/forms.js";
import "./parts/drafts.js";
import "./parts/work.js";
import "./parts/dialogs.js";
import "./parts/tables.js";
import "./parts/strips.js";
import "./parts/desk.js";
import "./parts/live.js";
import "./parts/waiting.js";
import "./parts/passkeys.js";
