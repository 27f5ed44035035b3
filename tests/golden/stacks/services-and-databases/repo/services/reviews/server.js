const express = require("express");
const { MongoClient } = require("mongodb");

const app = express();
const client = new MongoClient(process.env.MONGODB_URI);

app.get("/healthz", (_request, response) => response.send("ok"));
app.listen(process.env.PORT || 8003);
