import { Hono } from "hono";
import { db } from "./db";
import { links } from "./db/schema";

const app = new Hono();

app.get("/healthz", (c) => c.text("ok"));
app.get("/links", async (c) => c.json(await db.select().from(links)));

export default {
  port: Number(Bun.env.PORT ?? 3001),
  fetch: app.fetch,
};
