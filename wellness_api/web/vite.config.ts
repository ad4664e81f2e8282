import { defineConfig } from "vite";

export default defineConfig({
  build: {
    target: "es2022",
    // Every asset is a file of our own origin, so that the pages run under a strict Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // MapLibre alone is about 1 MB before compression; only the staff page loads it.
    chunkSizeWarningLimit: 1200,
  },
});
