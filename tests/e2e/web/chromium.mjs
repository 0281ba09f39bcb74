// One Chromium for all scripts of a test. Prints its address, and ends with its standard input:
// even SIGKILL of the test does not leave it behind.
import { createRequire } from "node:module";
import { join } from "node:path";

const setting = JSON.parse(process.env.BANK_WEB);
const { chromium } = createRequire(join(setting.modules, "x.js"))("playwright-core");

const server = await chromium.launchServer({
  executablePath: setting.chromium,
  args: [
    // As root, and in containers without user namespaces, Chromium cannot create its own sandbox.
    "--no-sandbox",
    "--disable-dev-shm-usage",
    // Emulating a graphics card costs more than drawing without one.
    "--disable-gpu",
  ],
});
console.log(server.wsEndpoint());
process.stdin.resume().on("end", () => server.close());
