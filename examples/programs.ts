// The configuration as a program: one environment for each of a list of customers.
import { defineConfig, type WrittenEnvironment } from "symlink-helper";

const customers: readonly string[] = ["north", "south"];

function environment(customer: string): WrittenEnvironment {
  return { root: `/var/www/${customer}`, env: { CUSTOMER: customer }, hosts: [`deploy@${customer}.example.org`] };
}

export default defineConfig(({ env }) => ({
  app: "shop",
  source: { git: ".", ref: env["RELEASE_BRANCH"] ?? "main" },
  tasks: {
    prepare: "npm ci --omit=dev",
    beforeSwitch: { run: "npm run migrate", on: "first", secrets: ["DATABASE_URL"] },
    afterSwitch: "systemctl --user restart shop",
  },
  environments: Object.fromEntries(customers.map((customer) => [customer, environment(customer)])),
}));
