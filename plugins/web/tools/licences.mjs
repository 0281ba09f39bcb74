// Puts the notices of all that is bundled into dist/licences.txt: their licences ask for that.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
const texts = Object.entries(packages)
  .filter(([path, { dev }]) => path !== "" && !dev && existsSync(path))
  .map(([path, { version, license }]) => {
    const file = readdirSync(path).find((name) => /^licen[cs]e/i.test(name));
    const notice = file ? readFileSync(join(path, file), "utf8") : `Licence: ${license}\n`;
    return `${path.replace(/^.*node_modules\//, "")} ${version}\n\n${notice}`;
  });
writeFileSync("dist/licences.txt", texts.sort().join(`\n${"-".repeat(80)}\n\n`));
