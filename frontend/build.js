// Builds what a lesson's page loads: page.js (every page with a form), stock.js and stock.css (a page that shows stock
// controls of ipywidgets). Run by `make frontend`. The same sources give the same bytes; sources.json tells which they were,
// and a test compares, so that nothing but this folder needs Node.

import {createHash} from "node:crypto";
import {mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync} from "node:fs";
import {dirname, join} from "node:path";
import {fileURLToPath} from "node:url";
import {build} from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, "../src/workbook/room/built");
const hash = data => createHash("sha256").update(data).digest("hex");
// As the test reads them: line ends may differ where they are checked out.
const text = file => readFileSync(file, "utf-8").replaceAll("\r\n", "\n");

const shared = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  charset: "utf8",
  legalComments: "none",
  target: "es2020",
  alias: {"sanitize-html": "./src/sanitize.js"},
  loader: {".svg": "dataurl"},
  outdir: built,
  metafile: true,
  write: false,
  logLevel: "warning",
};
const made = [
  await build({...shared, entryPoints: ["src/page.js"], format: "iife"}),
  await build({...shared, entryPoints: ["src/stock.js", "src/stock.css"], format: "esm", banner: {js: "/* Licences: LICENCES.txt */"}}),
];

const files = new Map();
for (const {outputFiles} of made) for (const file of outputFiles) files.set(file.path.slice(built.length + 1), file.text);

// The licences of every package that went into a bundle; licences/ has those of scopes whose packages bring no file.
const inputs = made.flatMap(({metafile}) => Object.keys(metafile.inputs));
const packages = new Set(inputs.flatMap(path => path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? []));
const licences = new Map(); // text -> packages
for (const name of [...packages].sort()) {
  const folder = join(here, "node_modules", name), about = JSON.parse(text(join(folder, "package.json")));
  const file = readdirSync(folder).sort().find(name => /^(licen[cs]e|copying)/i.test(name));
  const words = text(file ? join(folder, file) : join(here, "licences", `${name.match(/^@([^/]+)/)?.[1] ?? name}.txt`)).trim();
  licences.set(words, [...(licences.get(words) ?? []), `${name} ${about.version} (${about.license})`]);
}
const rule = `\n\n${"-".repeat(80)}\n\n`;
const told = [...licences].map(([words, names]) => `${names.join("\n")}\n\n${words}`);
files.set("LICENCES.txt", `${["What stock.js and stock.css are made of besides our own sources.", ...told].join(rule)}\n`);

const inside = folder => readdirSync(join(here, folder)).map(name => `${folder}/${name}`);
const sources = [".npmrc", "build.js", "package.json", "package-lock.json", ...inside("src"), ...inside("licences")].sort();
const digest = hash(sources.map(name => `${name}\n${text(join(here, name))}`).join("\n"));
const hashes = Object.fromEntries([...files].map(([name, body]) => [name, hash(body)]));
files.set("sources.json", `${JSON.stringify({sources: digest, files: hashes}, null, 2)}\n`);

rmSync(built, {recursive: true, force: true});
mkdirSync(built, {recursive: true});
for (const [name, body] of files) writeFileSync(join(built, name), body);
