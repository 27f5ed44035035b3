import { defineConfig } from "astro/config";

export default defineConfig({ site: "https://handbook.example.org" });
