import { Pool } from "https://deno.land/x/postgres@v0.17.0/mod.ts";
const port = Number(Deno.env.get("PORT") ?? "8085");
Deno.serve({ port }, (_req) => new Response("hi"));
