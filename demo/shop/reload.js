// Run after the switch: asks whoever serves the shop to serve what is live now. Ends with 1 if the new release does not
// come up, and the deploy is taken back. Where nobody serves there is nothing to reload.
import { readFile } from "node:fs/promises";
import { request } from "node:http";

const file = `${process.env.SLH_SHARED}/run/front.json`;
const control = await readFile(file, "utf8").then(
  (text) => JSON.parse(text).control,
  () => null,
);

if (control === null) nobody();
else {
  request(`${control}/reload`, { method: "POST" }, (response) => {
    response.pipe(process.stdout);
    process.exitCode = response.statusCode === 200 ? 0 : 1;
  })
    .on("error", (error) => {
      if (error.code === "ECONNREFUSED") return nobody();
      console.error(error.message);
      process.exitCode = 1;
    })
    .end();
}

function nobody() {
  console.log("Nobody serves the shop at the moment: nothing to reload.");
}
