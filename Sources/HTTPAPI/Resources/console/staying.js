import { goesOn } from "./call.js";

/** Keeps the page where it is as long as something would be lost with it. */
export function mountStaying(store) {
  // A browser opens what is dropped in place of the page; the parts that take files have said so before.
  for (const type of ["dragover", "drop"]) {
    addEventListener(type, (event) => {
      if (event.defaultPrevented || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "none";
    });
  }
  addEventListener("beforeunload", (event) => {
    if (goesOn(store.call) || store.uploads.some(isLostWithPage)) event.preventDefault();
  });
}

/** One that the service knows goes on after a reload. */
const isLostWithPage = ({ phase, fileId }) => fileId === undefined && phase !== "failed";
