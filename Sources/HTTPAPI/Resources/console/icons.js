import { svg } from "./dom.js";

const CAMERA = "M3.2 4.4h5.4a1.4 1.4 0 0 1 1.4 1.4v4.4a1.4 1.4 0 0 1-1.4 1.4H3.2a1.4 1.4 0 0 1-1.4-1.4V5.8"
  + "a1.4 1.4 0 0 1 1.4-1.4zM10.2 7.4l3.4-2v5.2l-3.4-2";
const MICROPHONE = `M8 2.2a1.8 1.8 0 0 1 1.8 1.8v3.4a1.8 1.8 0 0 1-3.6 0V4A1.8 1.8 0 0 1 8 2.2
  M4 7.4a4 4 0 0 0 8 0M8 11.4V14`;

/** The page's signs as lines on a field of 16 by 16. */
const LINES = {
  up: "M8 13V3.5M4 7.2l4-4 4 4",
  down: "M8 3v9.5M4 8.8l4 4 4-4",
  wire: "M5 13V4M2.4 6.4 5 3.8l2.6 2.6M11 3v9M8.4 9.6l2.6 2.6 2.6-2.6",
  health: "M1.8 8.4h3l1.7-4.6 3 8.6 1.7-4h3",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  clear: "M2.8 4.4h10.4M6.2 4.2V2.6h3.6v1.6M4 4.6l.7 8.8h6.6l.7-8.8M6.8 7v4M9.2 7v4",
  close: "M4 4l8 8M12 4l-8 8",
  more: "M4.5 6.5 8 10l3.5-3.5",
  write: "M3 13l.7-2.9 7-7a1.2 1.2 0 0 1 1.7 0l.5.5a1.2 1.2 0 0 1 0 1.7l-7 7z",
  phone: `M5.6 2.6 3.9 3c-.7.2-1.1.8-1 1.5.5 4.6 4 8.1 8.6 8.6.7.1 1.3-.3 1.5-1l.4-1.7-2.8-1.4-1.3 1.2
    c-1.5-.7-2.8-2-3.5-3.5L7 5.4z`,
  hangup: `M1.9 9.9c-.6-.8-.5-1.8.3-2.4 3.4-2.6 8.2-2.6 11.6 0 .8.6.9 1.6.3 2.4l-1 1.2-2.6-1.3V8.3
    c-1.6-.5-3.4-.5-5 0v1.5l-2.6 1.3z`,
  camera: CAMERA,
  "camera-off": `${CAMERA}M2.4 2.4l11.2 11.2`,
  microphone: MICROPHONE,
  muted: `${MICROPHONE}M2.4 2.4l11.2 11.2`,
  clip: "M12.8 7.4 8 12.2a3.1 3.1 0 0 1-4.4-4.4l5-5a2.1 2.1 0 0 1 3 3l-4.9 4.9a1 1 0 0 1-1.5-1.5l4.4-4.4",
  file: "M4 1.8h5l3.2 3.2v9.2H4zM9 1.8V5h3.2",
  people: `${circle(6, 5.4, 2.4)}${circle(11.4, 6, 1.8)}
    M1.6 13c.3-2.5 2-4 4.4-4s4.1 1.5 4.4 4M11.6 9.6c1.7.1 2.7 1.2 2.9 2.9`,
  auto: `${circle(8, 8, 5.2)}M8 2.8v10.4M10 3.6v8.8M12 5.2v5.6`,
  light: `${circle(8, 8, 2.7)}M8 1.6v1.3M8 13.1v1.3M1.6 8h1.3M13.1 8h1.3
    M3.5 3.5l.9.9M11.6 11.6l.9.9M3.5 12.5l.9-.9M11.6 4.4l.9-.9`,
  dark: "M12.9 9.7A5.4 5.4 0 0 1 6.3 3.1a5.4 5.4 0 1 0 6.6 6.6z",
};

/** One of the signs, by its name; what it means is said beside it. */
export function icon(name) {
  const about = { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true" };
  return svg("svg", about, svg("path", { d: LINES[name] }));
}

function circle(x, y, r) {
  return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
}
