/**
 * Why a message surely crossed as it is; undefined where it may have been compressed (R69).
 *
 * @param {{extensions?: string, direction: string, text?: string, payload: number, compressesFrom?: number}} entry of
 *   the frame log; `compressesFrom` is from how many bytes on the service compresses a text
 */
export function reasonAgainst({ extensions, direction, text, payload, compressesFrom }) {
  if (!extensions?.includes("permessage-deflate")) return "the socket agreed on nothing of the kind";
  if (direction === "out") return undefined; // a browser tries everything
  if (text === undefined) return "the service sends bytes of media as they are";
  return payload < compressesFrom ? `it is shorter than ${compressesFrom.toLocaleString()} B` : undefined;
}

/**
 * About how many bytes a message takes compressed: no browser tells what it did, so this compresses the same once more.
 *
 * That comes close, for the ends of a socket begin each message anew, with a window of which no message gets out.
 * @param {string | ArrayBuffer} data
 * @returns {Promise<number>}
 */
export async function deflatedSize(data) {
  const packed = new Blob([data]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return (await new Response(packed).arrayBuffer()).byteLength;
}

/** Says how an entry of the frame log crossed the socket. */
export function compressionWords(entry) {
  const { payload, deflated, size } = entry;
  const reason = reasonAgainst(entry);
  if (reason) return `Not compressed: ${reason}.`;
  if (size === undefined) return "";
  if (deflated === undefined) return "Not compressed: it gets no smaller by that.";
  const ratio = (payload / deflated).toLocaleString(undefined, { maximumFractionDigits: 1 });
  return `Compressed to about ${deflated.toLocaleString()} B, ${ratio} : 1; an estimate, made by this page.`;
}
