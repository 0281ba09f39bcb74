// Makes the types of the REST interface from its OpenAPI document.
// Usage: node tools/generate.mjs OPENAPI.json OUTPUT.d.ts
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const [input, output] = process.argv.slice(2);

const nodes = await openapiTS(JSON.parse(readFileSync(input, "utf8")), {
  // What has a default may be left out of a request.
  defaultNonNullable: false,
});
writeFileSync(output, `// Made by tools/generate.mjs.\n${astToString(nodes)}`);
