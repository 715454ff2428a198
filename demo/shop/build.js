// Fills in what is the same for every visitor, so that a template with a mistake fails here and not before customers.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import mustache from "mustache";

const text = (path) => readFileSync(new URL(path, import.meta.url), "utf8");

const { version } = JSON.parse(text("package.json"));
const facts = { version, ...JSON.parse(text("shop.json")), greeting: "{{greeting}}" };

mkdirSync(new URL("built", import.meta.url), { recursive: true });
writeFileSync(
  new URL("built/page.html", import.meta.url),
  mustache.render(text("views/layout.html"), facts, { page: text("views/page.html") }),
);
console.log(`Built the page of shop ${version}.`);
