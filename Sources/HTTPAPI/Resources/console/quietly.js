import { CaasError } from "./caas.js";

/** For what nobody waits for: a refusal shows in the state of the connection, anything else is a mistake of ours. */
export function quietly(work) {
  work.catch((error) => {
    if (!(error instanceof CaasError)) throw error;
  });
}
