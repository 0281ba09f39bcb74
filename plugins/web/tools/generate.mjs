// Makes the types of the REST interface from its OpenAPI document. Whole numbers are bigint: the
// client parses them so (src/api/json.ts), and money never becomes a float.
// Usage: node tools/generate.mjs OPENAPI.json OUTPUT.d.ts
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

const [input, output] = process.argv.slice(2);
const bigint = ts.factory.createKeywordTypeNode(ts.SyntaxKind.BigIntKeyword);
const none = ts.factory.createLiteralTypeNode(ts.factory.createNull());

const nodes = await openapiTS(JSON.parse(readFileSync(input, "utf8")), {
  // What has a default may be left out of a request.
  defaultNonNullable: false,
  transform(schema) {
    if (schema.type === "integer") return bigint;
    if (Array.isArray(schema.type) && schema.type.join() === "integer,null") {
      return ts.factory.createUnionTypeNode([bigint, none]);
    }
    return undefined;
  },
});
writeFileSync(output, `// Made by tools/generate.mjs.\n${astToString(nodes)}`);
