import { createRequire as createRequireHere } from "node:module";
const require = createRequireHere(import.meta.url);

// src/config/plain.ts
var MOST_VALUES = 1e5;
var DEEPEST = 100;
function plainValue(value, leaf = javascriptLeaf) {
  const walk = { leaf, faults: [], open: /* @__PURE__ */ new Set(), values: 0 };
  return { value: copy(walk, value, []), faults: walk.faults };
}
function copy(walk, value, path) {
  if (Array.isArray(value))
    return inside(walk, value, path, () => Array.from(value, (item, at) => copy(walk, item, [...path, at])));
  if (isPlainObject(value)) return inside(walk, value, path, () => copyMap(walk, value, path));
  const taken = walk.leaf(value);
  return "fault" in taken ? complain(walk, path, taken.fault) : taken.value;
}
function inside(walk, value, path, read) {
  if (walk.open.has(value)) return complain(walk, path, "holds itself: a configuration has an end");
  walk.values += Object.keys(value).length;
  if (walk.open.size >= DEEPEST) return complain(walk, path, "is nested too deeply to be a configuration");
  if (walk.values > MOST_VALUES)
    return walk.faults.length > 0 ? null : complain(walk, path, "holds more values than any configuration needs");
  walk.open.add(value);
  const copied = read();
  walk.open.delete(value);
  return copied;
}
function copyMap(walk, value, path) {
  const pairs = Object.entries(value).filter(([, item]) => item !== void 0);
  for (const [name] of pairs.filter(([each]) => !isName(each))) complain(walk, [...path, name], "cannot be used as a name");
  return Object.fromEntries(
    pairs.filter(([name]) => isName(name)).map(([name, item]) => [name, copy(walk, item, [...path, name])])
  );
}
function isName(name) {
  return !(name in {} || name === "prototype");
}
function complain(walk, path, text) {
  walk.faults.push({ path, text });
  return null;
}
function isPlainObject(value) {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
function javascriptLeaf(value) {
  if (value === null || typeof value === "string" || typeof value === "boolean") return { value };
  if (typeof value === "number" && Number.isFinite(value)) return { value };
  const waited = value instanceof Promise ? "\nWait for it with `await`." : "";
  return { fault: `is ${nameOf(value)}, but a setting is text, a number, true or false, a list or a map${waited}` };
}
function nameOf(value) {
  if (typeof value === "object" && value !== null) return `an object of the class ${value.constructor.name || "without a name"}`;
  return value === void 0 || typeof value === "number" ? String(value) : `a ${typeof value}`;
}

// src/config/program/evaluate.ts
async function evaluate(load, url, env) {
  try {
    const module = await load(url);
    if (module["default"] === void 0) return { kind: "nothing", exports: Object.keys(module) };
    const exported = commonJs(module["default"]);
    const value = await (typeof exported === "function" ? exported({ env }) : exported);
    return { kind: "value", ...plainValue(value) };
  } catch (error) {
    return thrown(error);
  }
}
function commonJs(exported) {
  const isModule = typeof exported === "object" && exported !== null && "__esModule" in exported && "default" in exported;
  return isModule ? exported.default : exported;
}
function thrown(error) {
  try {
    if (error instanceof Error) return { kind: "thrown", message: `${error.name}: ${error.message}`, stack: String(error.stack) };
    return { kind: "thrown", message: typeof error === "string" ? error : JSON.stringify(error), stack: "" };
  } catch {
    return { kind: "thrown", message: "something that cannot be shown", stack: "" };
  }
}
export {
  evaluate
};
