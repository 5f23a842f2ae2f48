import { CaasError } from "./caas.js";

/** The development sign-in; refusals are final, an unreachable server is not. */
export async function developmentToken({ userId, name, deviceId }) {
  const response = await fetch("/v1/dev/token", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ userId, name: name || undefined, deviceId }),
  });
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  if (response.status === 404) {
    const message = "The development sign-in is off on this server: it runs in production.";
    throw new CaasError({ code: "FORBIDDEN", message, details: { reason: "production" } });
  }
  throw new CaasError(body.error ?? { code: "UNAVAILABLE", message: `The server answered ${response.status}.` });
}
