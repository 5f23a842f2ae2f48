// Runs the standard client under Node: reads one call per line of standard input and answers each on a line of its own.
// Arguments: the client's file, and that of stock_client.js.

const { readFileSync } = require("node:fs");
const { createInterface } = require("node:readline");
const { runInThisContext } = require("node:vm");

require("./stock_globals.js");
const [client, calls] = process.argv.slice(2);
globalThis.io = require(client);
runInThisContext(readFileSync(calls, "utf8"), calls);

createInterface({ input: process.stdin }).on("line", async (line) => {
  const { id, values } = JSON.parse(line);
  const answer = await call(...values).then(
    (value) => ({ id, value }),
    (error) => ({ id, error: String(error) }),
  );
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}).on("close", () => process.exit(0));
