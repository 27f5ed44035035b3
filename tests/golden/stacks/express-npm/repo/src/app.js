const express = require("express");
const mongoose = require("mongoose");

mongoose.connect(process.env.MONGODB_URI);

const app = express();
const { JWT_SECRET, JWT_EXPIRES_IN = "7d" } = process.env;

app.get("/health", (req, res) => res.json({ ok: true }));

module.exports = app;
