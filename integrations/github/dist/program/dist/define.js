import { createRequire as createRequireHere } from "node:module";
const require = createRequireHere(import.meta.url);

// src/config/define.ts
function defineConfig(config) {
  return config;
}
export {
  defineConfig
};
