// A port of this machine that nothing else listens on.
import { createServer } from "node:net";

const PORT_MAX = 65_535;

/** Both meanings of "localhost". A machine may have only one of them. */
const LOOPBACKS = ["127.0.0.1", "::1"];

/** The wanted port, or the next one that is free. */
export async function freePort(wanted) {
  for (let port = wanted; port <= PORT_MAX; port++) {
    const free = await Promise.all(LOOPBACKS.map((host) => canListen(host, port)));
    if (free.every(Boolean)) return port;
  }
  throw new Error(`every port from ${wanted} on is in use`);
}

/** The port that PORT names; a RangeError where that is none. */
export function wantedPort(text) {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > PORT_MAX)
    throw new RangeError(`PORT is ${text}: it must be a number from 1 to ${PORT_MAX}`);
  return port;
}

function canListen(host, port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) => {
      if (error.code === "EADDRINUSE") resolve(false);
      else if (error.code === "EADDRNOTAVAIL" || error.code === "EAFNOSUPPORT") resolve(true);
      else reject(error);
    });
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
