import { h } from "./dom.js";
import { icon } from "./icons.js";
import { refusalText } from "./refusal.js";
import { sizeText } from "./sizes.js";

/** Pictures that every browser shows; they are shown by an element for pictures alone, whatever is in them. */
const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"];

/** What a message carries: pictures to look at, and a way to keep each file. */
export function attachmentNodes(attachments, files) {
  return attachments.map((attachment) => h("div", { class: "attachment", data: { testid: "attachment" } },
    PICTURES.includes(attachment.mimeType) && attachment.attachmentId !== undefined && picture(attachment, files),
    line(attachment, files)));
}

function picture(attachment, files) {
  const { attachmentId, name, width, height } = attachment;
  const image = h("img", {
    alt: name ?? "A picture", width, height, loading: "lazy", decoding: "async", data: { testid: "preview" },
  });
  const said = h("p", { class: "hint", hidden: true });
  const failed = (text) => {
    image.hidden = true;
    said.hidden = false;
    said.textContent = text;
  };
  image.addEventListener("error", () => failed("The picture cannot be shown."));
  files.urlOf(attachmentId).then((url) => (image.src = url), (error) => failed(refusalText(error)));
  return h("div", { class: "picture" }, image, said);
}

function line(attachment, files) {
  const { attachmentId, url, name = "file", size } = attachment;
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const download = async () => {
    problem.hidden = true;
    try {
      // A link ends after an hour, so one is asked for when it is needed.
      const address = attachmentId === undefined ? url : await files.urlOf(attachmentId, true);
      const link = h("a", { href: address, download: name, rel: "noopener", target: url && "_blank" });
      link.click();
    } catch (error) {
      problem.hidden = false;
      problem.textContent = refusalText(error);
    }
  };
  return h("div", { class: "file" }, icon("file"),
    h("span", { class: "file-words" },
      h("span", { class: "file-name", dir: "auto" }, name),
      size !== undefined && h("span", { class: "file-size" }, sizeText(size))),
    h("button", {
      type: "button", class: "quiet", "aria-label": `Download ${name}`, data: { testid: "download" },
      onclick: download,
    }, "Download"),
    problem);
}
