// Everything comes from files of the bank itself: nothing inline, nothing from elsewhere, so that
// the strictest content security policy holds. The same sources give the same bytes.
import { defineConfig } from "vite";

export default defineConfig({
  base: "/app/",
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
    rollupOptions: {
      output: {
        entryFileNames: "assets/[name]-[hash].js",
        chunkFileNames: "assets/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
        experimentalMinChunkSize: 20_000, // Bytes before compression.
        manualChunks: (id) => (id.includes("node_modules") ? "libraries" : undefined),
      },
    },
  },
});
