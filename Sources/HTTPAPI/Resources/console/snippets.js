import { javascriptLiteral, literal } from "./literal.js";
import { restCallFor } from "./rest-call.js";
import { inSocketIO } from "./socketio-snippets.js";

/** Columns of a JSON text that still goes on one line of Swift. */
const SHORT = 70;

/**
 * An entry of the frame log as code for an app: what sends it, or what receives it.
 *
 * An answer is the result of the call that asked for it, so it is written as that call. The JavaScript is for the wire
 * that the entry crossed: with `caas.js`, or with the standard client of Socket.IO.
 * @param {{origin: string, user: string}} here where the service is, and who is signed in
 */
export function snippets(entry, here) {
  const sent = entry.direction === "out" ? entry : entry.request;
  const { packet, frame: inside, type } = sent ?? entry;
  const signsIn = sent && packet === "40 connect";
  const frame = { ...inside, type: signsIn ? "session:auth" : type };
  const make = sent ? [sendInJavaScript, sendByCurl, sendInSwift] : [listenInJavaScript, noCurl, listenInSwift];
  const [javascript, curl, swift] = frame.type === undefined ? ofTheWire : make.map((write) => write(frame, here));
  return { javascript: entry.wire === "socketio" ? inSocketIO(sent ?? entry, here) : javascript, curl, swift };
}

/** For a packet that has no frame in it: only the wire has such. */
const ofTheWire = [
  undefined, "# A packet of Socket.IO's own: no REST call does the same.\n",
  "// A packet of Socket.IO's own: CAASClient speaks plain WebSocket.\n",
];

// JavaScript, with caas.js

function connectInJavaScript({ origin }) {
  const url = `${origin.replace(/^http/, "ws")}/v1/socket`;
  return `import { CaasClient } from "./caas.js";

const caas = new CaasClient({
  url: ${JSON.stringify(url)},
  token: fetchToken, // asks your backend
});
`;
}

function sendInJavaScript({ type, conversationId, data, replyTo, header }, here) {
  if (type === "binary") return sendPacketInJavaScript(header, here);
  if (type === "session:auth") {
    return `${connectInJavaScript(here)}const session = await caas.connect(); // sends session:auth\n`;
  }
  const rest = { conversationId, replyTo, data: data && Object.keys(data).length > 0 ? data : undefined };
  const given = Object.values(rest).some((value) => value !== undefined);
  const frame = given ? `, ${javascriptLiteral(rest)}` : "";
  return `${connectInJavaScript(here)}await caas.connect();

const ack = await caas.send(${JSON.stringify(type)}${frame});
console.log(ack);
`;
}

function sendPacketInJavaScript(header, here) {
  return `import { mediaPacket } from "./media-packet.js";
${connectInJavaScript(here)}await caas.connect();

const header = ${javascriptLiteral(header ?? {})};
caas.sendBytes(mediaPacket(header, payload)); // payload: an ArrayBuffer
`;
}

function listenInJavaScript({ type }, here) {
  const what = type === "binary" ? "packet" : "data";
  return `${connectInJavaScript(here)}
caas.on(${JSON.stringify(type)}, (${what}) => {
  console.log(${what});
});
await caas.connect();
`;
}

// curl, for a backend with a key

function sendByCurl(frame, { origin, user }) {
  if (frame.type === "session:auth") {
    return `# Your backend makes the token that session:auth sends.\n${curl(origin, tokenCall(user))}`;
  }
  const call = restCallFor(frame, user);
  if (call) return curl(origin, call);
  return `# No REST call does what ${frame.type} does: it is for the socket alone.\n`;
}

const tokenCall = (userId) => ({ method: "POST", path: "/v1/tokens", body: { userId } });

function curl(origin, call) {
  const lines = [
    `curl -X ${call.method} ${quoted(origin + call.path)}`,
    '-H "Authorization: Bearer $KEY"',
    call.idempotencyKey && `-H ${quoted(`Idempotency-Key: ${call.idempotencyKey}`)}`,
    call.body && "-H 'Content-Type: application/json'",
    call.body && `-d ${quoted(literal(call.body))}`,
  ];
  const key = "# KEY is a key of your backend; `caas key create --name backend` makes one.\n";
  return `${key}${lines.filter(Boolean).join(" \\\n  ")}\n`;
}

function noCurl({ type }) {
  return `# Events such as ${type} come over the socket alone; what is stored can be read by REST.\n`;
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

// Swift, with CAASClient

function connectInSwift({ origin }) {
  return `import CAASClient
import CAASProtocol

let connection = try await CAASClient.connect(to: ${swiftText(origin)}, token: token)
`;
}

function sendInSwift({ type, conversationId, data, replyTo }, here) {
  if (type === "session:auth") return `${connectInSwift(here)}print(connection.session.type)\n`;
  if (type === "binary") return "// CAASClient sends no media packets yet.\n";
  const parts = [
    swiftText(type),
    conversationId !== undefined && `conversation: ConversationID(${swiftText(conversationId)})`,
    data && Object.keys(data).length > 0 && `data: try JSONFragment(parsing: ${swiftJSON(data)})`,
  ];
  const note = replyTo === undefined ? "" : "// CAASClient does not send replyTo yet.\n";
  return `${connectInSwift(here)}${note}let ack = try await connection.send(
    ${parts.filter(Boolean).join(",\n    ")}
)
print(ack.text)
`;
}

function listenInSwift({ type }, here) {
  if (type === "binary") return "// CAASClient passes on no media packets yet.\n";
  return `${connectInSwift(here)}for try await frame in connection.events where frame.type == ${swiftText(type)} {
    print(frame.data?.text ?? "")
}
`;
}

function swiftText(text) {
  const spelled = { b: "\\u{8}", f: "\\u{c}" };
  return JSON.stringify(text).replace(/\\(u[0-9a-f]{4}|.)/g, (whole, escape) =>
    escape.length > 1 ? `\\u{${escape.slice(1)}}` : (spelled[escape] ?? whole),
  );
}

function swiftJSON(value) {
  const line = JSON.stringify(value);
  const hashes = hashesFor(line);
  if (line.length <= SHORT) return `${hashes}"${line}"${hashes}`;
  const text = literal(value).replaceAll("\n", "\n        ");
  return `${hashes}"""\n        ${text}\n        """${hashes}`;
}

/** As many signs as keep a text of Swift from ending or meaning something else before its end. */
function hashesFor(text) {
  const runs = [...text.matchAll(/["\\](#*)/g)].map(([, run]) => run.length);
  return "#".repeat(runs.length === 0 ? 0 : Math.max(...runs) + 1);
}
