const UNITS = ["B", "kB", "MB", "GB"];

/** Bytes as people say them: "214 B", "3.4 MB". */
export function sizeText(bytes) {
  let size = bytes;
  let unit = 0;
  while (size >= 1_000 && unit < UNITS.length - 1) {
    size /= 1_000;
    unit += 1;
  }
  const digits = unit === 0 || size >= 100 ? 0 : 1;
  return `${size.toLocaleString(undefined, { maximumFractionDigits: digits })} ${UNITS[unit]}`;
}
