import { plainWire } from "./plain-wire.js";
import { socketIOWire } from "./socketio-wire.js";

/** The wires that the page can use, by their names: what people call them, and where the service has them. */
export const WIRES = {
  [plainWire.name]: { title: "WebSocket", path: "/v1/socket", wire: plainWire },
  [socketIOWire.name]: { title: "Socket.IO", path: "/socket.io/", wire: socketIOWire },
};

/**
 * What `CaasClient` takes for a wire of this page's own service; `?compression=off` of the page holds for its sockets,
 * too.
 */
export function wireCalled(name) {
  const { path, wire } = WIRES[name];
  const url = new URL(path, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  if (new URL(location.href).searchParams.get("compression") === "off") url.searchParams.set("compression", "off");
  return { url: url.href, wire };
}
