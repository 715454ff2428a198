// `npm run action`: writes integrations/github/dist, which jobs of GitHub Actions run as it is; nothing is downloaded or built there.
// `node scripts/action.mjs DIRECTORY` writes it elsewhere: test/integrations/github/bundle.test.ts sees by that when it must be run.
//
// The program is one file in the place of dist/cli/main.js of the package, with beside it what it looks for by its own place:
// src/target/, the thread for configuration programs, package.json. docs/decisions/0020-github-action.md says why.
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { build } from "esbuild";
import { filesBelow, root } from "./files.mjs";

const out = process.argv[2] ?? join(root, "integrations/github/dist");
const program = join(out, "program");
const { version, license } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

// Where the thread for configuration programs finds it.
const JITI = { path: "../jiti/lib/jiti.mjs", external: true };

/**
 * The toolkit asks for tokens over HTTP where one wants that, by a megabyte that does not say that it may be left out.
 *
 * @type {import("esbuild").Plugin}
 */
const unusedToolkit = {
  name: "unused-toolkit",
  setup: (plugin) => {
    plugin.onResolve({ filter: /^@actions\/(?:http-client|exec)/ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (pluginData === "resolved") return undefined;
      return { ...(await plugin.resolve(path, { kind, resolveDir, pluginData: "resolved" })), sideEffects: false };
    });
  },
};

rmSync(out, { recursive: true, force: true });
const parts = [
  await bundle(["integrations/github/main.ts", "integrations/github/post.ts"], out),
  await bundle(["src/cli/main.ts", "src/config/program/evaluate.ts"], join(program, "dist/cli")),
  await bundle(["src/config/program/worker.mjs"], join(program, "dist/cli"), ".mjs"),
  await bundle(["src/config/define.ts"], join(program, "dist")),
];
for (const file of filesBelow("src/target")) copy(join("src/target", file), join("program/dist/target", file));
// It loads its compiler by its own place.
for (const file of ["lib/jiti.mjs", "dist/jiti.cjs", "dist/babel.cjs"])
  copy(`node_modules/jiti/${file}`, `program/dist/jiti/${file}`);
copy("bin/symlink-helper", "program/bin/symlink-helper");
write("package.json", json({ private: true, type: "module" }));
write("program/package.json", json({ name: "symlink-helper", version, license, private: true, type: "module" }));
write("LICENSES.txt", licenses(["jiti", ...parts.flat()]));

/**
 * Bundles each of these files with all that it imports.
 *
 * @param {string[]} files @param {string} outdir @param {string} ending of what is written
 * @returns {Promise<string[]>} the packages that are in it
 */
async function bundle(files, outdir, ending = ".js") {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: files.map((file) => ({ in: file, out: basename(file, extname(file)) })),
    outdir,
    outExtension: { ".js": ending },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
    // Packages in CommonJS call `require` for what is Node's own, and an ES module has none.
    banner: {
      js: 'import { createRequire as createRequireHere } from "node:module";\nconst require = createRequireHere(import.meta.url);',
    },
    plugins: [{ name: "jiti", setup: (plugin) => plugin.onResolve({ filter: /^jiti$/ }, () => JITI) }, unusedToolkit],
  });
  return [
    ...new Set(
      Object.values(metafile.outputs)
        .flatMap(({ inputs }) => Object.keys(inputs))
        .flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//u.exec(path)?.[1] ?? []),
    ),
  ];
}

/** @param {string} from in the checkout @param {string} to */
function copy(from, to) {
  mkdirSync(dirname(join(out, to)), { recursive: true });
  copyFileSync(join(root, from), join(out, to));
}

/** @param {string} path @param {string} text */
function write(path, text) {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), text);
}

/** @param {object} value */
function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** What whoever hands on these packages has to hand on with them. @param {string[]} names */
function licenses(names) {
  return [...new Set(names)]
    .toSorted()
    .map(licenseOf)
    .join(`\n${"-".repeat(78)}\n\n`);
}

/** @param {string} name */
function licenseOf(name) {
  const home = join(root, "node_modules", name);
  const said = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  const file = readdirSync(home).find((each) => /^licen[cs]e/iu.test(each));
  const text =
    file !== undefined && existsSync(join(home, file)) ? `\n${readFileSync(join(home, file), "utf8").trimEnd()}\n` : "";
  return `${name} ${said.version} (${said.license})\n${text}`;
}
