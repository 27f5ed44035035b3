import Fastify from "fastify";

const app = Fastify();
app.get("/ready", async () => ({ ok: true }));
app.listen({ port: Number(process.env.PORT) || 5001, host: "0.0.0.0" });
