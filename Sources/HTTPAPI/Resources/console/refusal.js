/** Such as "FORBIDDEN · role · data.role": the code of an error, its reason and its field. */
export function reasonOf({ code, details }) {
  return [code, details?.reason, details?.field].filter(Boolean).join(" · ");
}

/** What to do about a refusal, by its reason: the service's own words fit every reason of a code. */
const ADVICE = {
  in_call: "You are in another call, which may be on another device or in another window.",
  last_owner: "A conversation keeps at least one owner: make somebody else an owner first.",
};

/** Why something was refused, as a sentence with the code behind it. */
export function refusalText(error) {
  const { code, message, details } = error;
  // A browser's own errors have a number.
  return typeof code !== "string" ? message : `${ADVICE[details?.reason] ?? message} (${reasonOf(error)})`;
}
