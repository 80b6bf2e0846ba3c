// A certified OpenID provider for tests, in a process of its own. People and what is true of them come from the
// environment; signing in and consenting are two small forms without styles.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const { ISSUER, PORT, CLIENT_ID, CLIENT_SECRET, REDIRECT, PEOPLE } = process.env;
const people = JSON.parse(PEOPLE);

const provider = new Provider(ISSUER, {
  clients: [
    {
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      redirect_uris: JSON.parse(REDIRECT),
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  pkce: { required: () => true },
  conformIdTokenClaims: false,
  claims: { openid: ["sub"], profile: ["name", "resident"], email: ["email", "email_verified"] },
  features: { devInteractions: { enabled: false } },
  cookies: { keys: ["only-for-tests"] },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_ctx, id) => ({ accountId: id, claims: async () => ({ sub: id, ...people[id] }) }),
});

async function body(request) {
  let text = "";
  for await (const piece of request) text += piece;
  return new URLSearchParams(text);
}

async function interaction(request, response) {
  const { prompt, params, grantId, session } = await provider.interactionDetails(request, response);
  if (request.method === "GET") {
    const names = Object.keys(people).map((id) => `<button name="login" value="${id}">${id}</button>`);
    const buttons = prompt.name === "login" ? names.join("") : '<button name="consent" value="yes">yes</button>';
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(`<h1>${prompt.name}</h1><form method="post">${buttons}<button name="abort" value="1">no</button></form>`);
    return;
  }
  const sent = await body(request);
  if (sent.has("abort")) {
    const result = { error: "access_denied", error_description: "the person said no" };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
    return;
  }
  if (prompt.name === "login") {
    const result = { login: { accountId: sent.get("login") } };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
    return;
  }
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope("openid profile email");
  const result = { consent: { grantId: await grant.save() } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}

const handle = provider.callback();
createServer((request, response) => {
  if (!request.url.startsWith("/interaction/")) return handle(request, response);
  return interaction(request, response).catch((error) => {
    response.statusCode = 400;
    response.end(String(error));
  });
}).listen(Number(PORT), "127.0.0.1", () => console.log("ready"));
