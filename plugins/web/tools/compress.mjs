// Puts NAME.gz and NAME.br beside each file of dist/ that gains by it. No time stamps inside.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const worth = (packed, plain) => packed.length < plain.length * 0.95;
for (const folder of ["dist", "dist/assets"]) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isFile() || !/\.(html|js|css|svg|txt)$/.test(entry.name)) continue;
    const path = join(folder, entry.name);
    const plain = readFileSync(path);
    const gzip = gzipSync(plain, { level: 9 });
    const brotli = brotliCompressSync(plain, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
      },
    });
    if (worth(gzip, plain)) writeFileSync(path + ".gz", gzip);
    if (worth(brotli, plain)) writeFileSync(path + ".br", brotli);
  }
}
