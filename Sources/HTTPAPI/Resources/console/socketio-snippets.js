import { javascriptLiteral } from "./literal.js";

/**
 * What sends or receives a packet, in JavaScript with the standard client of Socket.IO.
 * @param {{direction: string, packet?: string, type?: string, frame?: object}} entry one of the frame log
 * @param {{origin: string}} here where the service is
 */
export function inSocketIO({ direction, packet, type, frame }, { origin }) {
  const code = packet?.split(" ")[0];
  if (direction === "out" && code === "42") return `${connect(origin)}\n${emit(type, frame)}`;
  if (code === "40" || code === "44") return `${connect(origin)}${follow}`;
  if (code === "41") return `${connect(origin)}\n${direction === "out" ? "socket.disconnect();\n" : ended}`;
  if (direction === "out" && type === "binary") return `${connect(origin)}\n${emitPacket}`;
  if (type !== undefined) return `${connect(origin)}\n${listen(type)}`;
  return `${connect(origin)}\n// The client does “${packet}” by itself.\n`;
}

const connect = (origin) => `import { io } from "socket.io-client";

const socket = io(${JSON.stringify(origin)}, {
  // asks your backend
  auth: async (give) => give({ token: await fetchToken() }),
});
`;

const follow = `
socket.on("connect", () => console.log("connected"));
socket.on("connect_error", (error) => {
  console.log(error.message, error.data);
});
`;

const ended = `socket.on("disconnect", (reason) => {
  console.log(reason);
});
`;

function emit(type, { id, conversationId, replyTo, data, ack }) {
  const name = JSON.stringify(type);
  const members = Object.entries({ conversationId, replyTo, data })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${name}: ${javascriptLiteral(value, "  ")},\n`);
  const own = id === undefined ? "" : "  id: crypto.randomUUID(),\n";
  const frame = `{\n${own}${members.join("")}}`;
  return ack === true
    ? `socket.emit(${name}, ${frame}, (ack) => {\n  console.log(ack);\n});\n`
    : `socket.emit(${name}, ${frame});\n`;
}

const emitPacket = `// packet: an ArrayBuffer, as media-packet.js makes it
socket.emit("binary", packet);
`;

function listen(type) {
  const [argument, shown] = type === "binary" ? ["packet", "packet.byteLength"] : ["frame", "frame.data"];
  return `socket.on(${JSON.stringify(type)}, (${argument}) => {
  console.log(${shown});
});
`;
}
