/** Larger files are not read to know their hash before the service has taken them, in bytes: R53 takes none. */
const MOST = 100 * 1024 * 1024;

/** The SHA-256 of a file in hexadecimal; undefined where it is too large, or the page may not compute one. */
export async function sha256Of(file) {
  if (!crypto.subtle || file.size > MOST) return undefined; // only pages over https or from this machine have it
  const hash = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Learns of the file of an upload what others are told of it; rejects where it cannot be read. */
export async function learn(upload) {
  try {
    upload.sha256 ??= await sha256Of(upload.file);
    upload.picture ??= await sizeOfPicture(upload.file);
  } catch (error) {
    throw unreadable(upload, error);
  }
}

/** What is said where the browser cannot read a file: it takes a folder for one, and tells a changed one by that. */
export function unreadable({ name }, error) {
  const words = `“${name}” cannot be read: it is a folder, or it has been changed or moved since it was chosen.`;
  return Object.assign(new Error(words, { cause: error }), { retryable: false });
}

/** Rejects where the bytes of a file are not to be had any more: to a request that looks like a line that was lost. */
export async function checkReadable(upload, offset) {
  try {
    await upload.file.slice(offset, offset + 1).arrayBuffer();
  } catch (error) {
    throw unreadable(upload, error);
  }
}

/** Whether a file is the one that is known by its name, size and hash. */
export async function isFile(file, { name, size, sha256 }) {
  if (file.name !== name || file.size !== size) return false;
  return (await sha256Of(file).catch(() => undefined)) === sha256;
}

/** `{width, height}` of a picture, so that it has its place before it is loaded; {} of anything else. */
export async function sizeOfPicture(file) {
  if (!file.type.startsWith("image/")) return {};
  try {
    const picture = await createImageBitmap(file);
    const { width, height } = picture;
    picture.close();
    return { width, height };
  } catch {
    return {}; // no picture that this browser knows
  }
}
