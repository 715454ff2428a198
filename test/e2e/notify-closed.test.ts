import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openProject, type Project } from "./project.ts";

let server: Server;
let project: Project;
beforeEach(() => {
  project = openProject();
});
afterEach(() => {
  server.close();
  project.close();
});

async function listen(accept: (socket: Socket) => void): Promise<string> {
  server = createServer(accept);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

// The `fetch` of Node 20 mostly never answers then, and with nothing else to wait for the program ended without a word, with code 13.
test("where a connection is closed before anything is said the deploy ends as it would, with a warning", async () => {
  const webhook = await listen((socket) => void socket.destroy());
  project.configure({ notify: [{ webhook }] });
  const { code, stdout, stderr } = await project.slh(["deploy"]);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringContaining("since it closed the connection without an answer"),
  });
  expect(stdout).toContain("Deployed ");
});
