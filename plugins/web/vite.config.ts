// Everything comes from files of the bank itself: nothing inline, nothing from elsewhere, so that
// the strictest content security policy holds. The same sources give the same bytes.
import { defineConfig, type Plugin } from "vite";

// The beginning is small and runs first. The page names what it will ask for next, so that all of
// it comes at once.
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
