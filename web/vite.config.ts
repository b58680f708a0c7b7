import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import manifest from './package.json' with { type: 'json' }

/** Where the node listens that `npm run dev` talks to. */
const node = process.env.PARLOR_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  define: { __VERSION__: JSON.stringify(manifest.version) },
  plugins: [
    react(),
    VitePWA({
      // The page registers the service worker itself (src/client/service-worker.ts), because Trusted Types want a policy for its address.
      injectRegister: null,
      registerType: 'prompt',
      // public/manifest.webmanifest is written by hand.
      manifest: false,
      workbox: {
        globPatterns: ['**/*.{js,css,html,svg,png,woff2,webmanifest}'],
        navigateFallback: '/index.html',
        navigateFallbackDenylist: [/^\/v1\//, /^\/metrics/, /^\/health/],
        cleanupOutdatedCaches: true,
        // One file, so that nothing is imported by address at run time.
        inlineWorkboxRuntime: true,
        sourcemap: false,
      },
    }),
  ],
  resolve: {
    // Its browser build sets innerHTML, which Trusted Types refuse; messages have no entities (src/features/message/markdown.ts).
    alias: { 'decode-named-character-reference': fileURLToPath(new URL('./src/features/message/character_reference.ts', import.meta.url)) },
  },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    sourcemap: false,
    // Strict content security: nothing inline, no data: scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/v1': { target: node, ws: true } } },
  preview: { proxy: { '/v1': { target: node, ws: true } } },
})
