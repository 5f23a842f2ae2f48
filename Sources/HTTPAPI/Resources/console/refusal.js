/** Such as "FORBIDDEN · role · data.role": the code of an error, its reason and its field. */
export function reasonOf({ code, details }) {
  return [code, details?.reason, details?.field].filter(Boolean).join(" · ");
}

/** Why something was refused, as a sentence with the code behind it. */
export function refusalText(error) {
  return error.code === undefined ? error.message : `${error.message} (${reasonOf(error)})`;
}
