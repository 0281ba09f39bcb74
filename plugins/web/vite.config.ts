// Everything comes from files of the bank itself: nothing inline, nothing from elsewhere, so that
// the strictest content security policy holds. The same sources give the same bytes.
import { defineConfig, type Plugin } from "vite";

// The beginning is small and runs first. The page names what it will ask for next, so that all of
// it comes at once.
function preload(names: readonly string[]): Plugin {
  return {
    name: "preload",
    transformIndexHtml: (_html, { bundle }) =>
      Object.values(bundle ?? {})
        .filter((chunk) => chunk.type === "chunk" && names.includes(chunk.name))
        .map(({ fileName }) => ({
          tag: "link",
          attrs: { rel: "modulepreload", crossorigin: true, href: `/app/${fileName}` },
          injectTo: "head",
        })),
  };
}

export default defineConfig({
  base: "/app/",
  plugins: [preload(["libraries", "client"])],
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
