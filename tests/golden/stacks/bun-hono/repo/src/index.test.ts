import { expect, test } from "bun:test";
import app from ".";

test("answers", async () => {
  expect((await app.fetch(new Request("http://localhost/healthz"))).status).toBe(200);
});
