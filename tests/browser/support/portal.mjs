// A captive portal: whatever is asked, it answers 200 with a page of its own.

import { createServer } from "node:http";

const page = "<!doctype html><title>Welcome</title><p>Accept our terms to go on.</p>";

/** Starts one on a free port: { port, answered, stop }; `answered` counts its answers so far. */
export async function startPortal() {
  let answered = 0;
  const server = createServer((request, response) => {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    response.end(page);
    answered += 1;
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: server.address().port,
    get answered() {
      return answered;
    },
    stop: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}
