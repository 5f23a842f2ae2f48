/** Bytes from which on the service compresses a text, unless it is set otherwise (R69). */
const THRESHOLD = 1_024;

/**
 * Says how a message crossed a socket, as far as a page can know: no browser tells what it compressed.
 *
 * So the size is an estimate, made by compressing the same text here; the service begins each text anew, as this does.
 * @param {{extensions?: string, direction: string, text?: string, payload: number}} entry of the frame log
 * @returns {Promise<string>}
 */
export async function compressionWords({ extensions, direction, text, payload }) {
  if (!extensions?.includes("permessage-deflate")) return "Not compressed: the socket agreed on nothing of the kind.";
  if (text === undefined) return "Not compressed: bytes of media cross as they are.";
  if (direction === "in" && payload < THRESHOLD) return `Not compressed: it is shorter than ${THRESHOLD} B.`;
  const size = await deflatedSize(text);
  const ratio = (payload / size).toLocaleString(undefined, { maximumFractionDigits: 1 });
  return `Compressed to about ${size.toLocaleString()} B, ${ratio} : 1; an estimate, made by this page.`;
}

async function deflatedSize(text) {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return (await new Response(packed).arrayBuffer()).byteLength;
}
