/** Larger files are not read to know their hash before the service has taken them, in bytes: R53 takes none. */
const MOST = 100 * 1024 * 1024;

/** The SHA-256 of a file in hexadecimal; undefined where it is too large, or the page may not compute one. */
export async function sha256Of(file) {
  if (!crypto.subtle || file.size > MOST) return undefined; // only pages over https or from this machine have it
  const hash = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
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
