// Under `require-trusted-types-for 'script'` nothing but this one policy turns a string into HTML, and nothing at all
// turns one into a script: what htmx swaps in comes from this site, was escaped there, and runs nothing.
if (globalThis.trustedTypes && globalThis.htmx) {
  const policy = trustedTypes.createPolicy("madang-htmx", { createHTML: (html) => html, createScript: () => "" });
  htmx.registerExtension("madang-trusted", { init: (inside) => inside.initSecurity(policy) });
}
