/** Columns that a line may take before its object or list is spread over lines: as many as the inspector shows. */
const WIDTH = 52;

/**
 * A JSON value as people write it: short objects and lists on one line, longer ones over several.
 * @param {(key: string) => string} [key] how the name of a member is written; as in JSON unless given
 * @param {string} [indent] what later lines begin with
 * @param {number} [before] columns that are taken on the first line
 */
export function literal(value, key = JSON.stringify, indent = "", before = indent.length) {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const list = Array.isArray(value);
  const [open, close] = list ? "[]" : "{}";
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  if (entries.length === 0) return open + close;
  const deeper = `${indent}  `;
  const parts = entries.map(([name, member]) => {
    const head = list ? "" : `${key(name)}: `;
    return head + literal(member, key, deeper, deeper.length + head.length);
  });
  const line = list ? `[${parts.join(", ")}]` : `{ ${parts.join(", ")} }`;
  if (!line.includes("\n") && before + line.length <= WIDTH) return line;
  return `${open}\n${parts.map((text) => deeper + text).join(",\n")}\n${indent}${close}`;
}

/** The same in JavaScript, where most names need no quotes. */
export function javascriptLiteral(value, indent = "") {
  return literal(value, (key) => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)), indent);
}
