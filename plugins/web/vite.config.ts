// Everything comes from the bank's own files: nothing inline, nothing from other hosts, so that the
// strictest content security policy holds. The same sources give the same bytes.
import { readFileSync } from "node:fs";
import { Agent } from "node:https";
import { homedir } from "node:os";
import { join } from "node:path";
import { defineConfig, type Plugin } from "vite";

// The entry chunk is small and runs first. The page preloads the next chunks, so that all of them
// are fetched at once.
function preload(names: readonly string[]): Plugin {
  return {
    name: "preload",
    apply: "build",
    transformIndexHtml: (_html, { bundle }) =>
      names.map((name) => {
        const chunk = Object.values(bundle ?? {}).find((each) => each.name === name);
        if (!chunk) throw new Error(`no file is made for ${name}`);
        const attrs = { rel: "modulepreload", crossorigin: true, href: `/app/${chunk.fileName}` };
        return { tag: "link", attrs, injectTo: "head" };
      }),
  };
}

// Where packaging/quickstart keeps its artifacts.
function demonstration(): string {
  if (process.getuid?.() === 0) return "/var/lib/bankd-demo";
  return join(process.env["XDG_STATE_HOME"] ?? join(homedir(), ".local/state"), "bankd-demo");
}

// With `npm run dev` the client is served from the edited sources and everything else comes from a
// running bank. Host and Origin are forwarded as the browser sent them: to the bank this is a proxy
// that terminates TLS.
function bank(): Plugin {
  return {
    name: "bank",
    apply: "serve",
    config() {
      const target = process.env["BANK_ADDRESS"] ?? "https://127.0.0.1:8443";
      const certificate =
        process.env["BANK_CERTIFICATE"] ?? join(demonstration(), "keys/tls-certificate.pem");
      const agent = new Agent({ ca: readFileSync(certificate), keepAlive: true });
      return {
        server: {
          proxy: { "^/(?!app/)": { target, agent } },
          cors: false,
          // The bank's policy, plus the style elements in which changed styles arrive.
          headers: {
            "Content-Security-Policy":
              "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
              "connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; " +
              "frame-ancestors 'none'; require-trusted-types-for 'script'",
          },
        },
      };
    },
  };
}

export default defineConfig({
  base: "/app/",
  plugins: [preload(["libraries", "client"]), bank()],
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
    rollupOptions: {
      output: {
        entryFileNames: "assets/[name]-[hash].js",
        chunkFileNames: "assets/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
        manualChunks: (id) =>
          /node_modules\/(react|@tanstack|scheduler)/.test(id) ? "libraries" : undefined,
      },
    },
  },
});
