"use strict";
// The view of a plan and of the approval that applying it wants. It speaks JSON-RPC with the host alone
// (MCP Apps, 2026-01-26), sets text and never markup, and cannot approve: that is for a person, elsewhere.
(() => {
  const words = JSON.parse(document.getElementById("words").textContent);
  const view = document.getElementById("view");
  const levels = ["critical", "high", "medium", "low", "info"];
  const colours = {
    safe: "good", review: "warn", dangerous: "bad",
    critical: "bad", high: "bad", medium: "warn", low: "warn", info: "soft",
    done: "good", applied: "good", failed: "bad", indeterminate: "bad", approval_required: "warn",
  };
  const pending = new Map();
  let nextId = 1;
  let host = {};
  let tool = "";
  let given = {};
  const hidden = new Set();

  function send(message) {
    window.parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
  }

  function request(method, params) {
    const id = nextId++;
    send({ id, method, params });
    return new Promise((resolve, reject) => pending.set(id, { resolve, reject }));
  }

  function el(name, properties, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(properties || {})) {
      if (key === "class") element.className = value;
      else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else element.setAttribute(key, value);
    }
    element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
    return element;
  }

  const word = (name) => words[name] || name;
  const tag = (name) => el("span", { class: `tag ${colours[name] || "soft"}` }, word(name));
  const list = (items) => el("ul", {}, items.map((item) => el("li", {}, el("code", {}, item))));
  const section = (title, ...children) => el("section", {}, el("h2", {}, title), ...children);

  function counts(summary) {
    const shown = ["create", "update", "replace", "destroy", "import", "forget"].filter((name) => summary[name]);
    if (!shown.length) return el("p", { class: "soft" }, words.nothing);
    return el("dl", { class: "counts" }, shown.map((name) =>
      el("div", {}, el("dt", {}, word(name)), el("dd", { class: name === "destroy" || name === "replace" ? "bad" : "" }, String(summary[name])))));
  }

  function risks(report) {
    if (!report.risks.length) return null;
    const body = el("div", {});
    const draw = () => body.replaceChildren(...report.risks.filter((risk) => !hidden.has(risk.level)).map((risk) =>
      el("details", {},
        el("summary", {}, tag(risk.level), " ", el("code", {}, risk.address), " — ", risk.message),
        el("dl", {},
          el("dt", {}, words.rule), el("dd", {}, el("code", {}, risk.rule)),
          Object.entries(risk.evidence || {}).map(([name, value]) => [el("dt", {}, name), el("dd", {}, el("code", {}, value))])))));
    const buttons = levels.filter((level) => report.risks.some((risk) => risk.level === level)).map((level) => {
      const count = report.risks.filter((risk) => risk.level === level).length;
      const button = el("button", { type: "button", "aria-pressed": String(!hidden.has(level)), onclick: () => {
        if (!hidden.delete(level)) hidden.add(level);
        button.setAttribute("aria-pressed", String(!hidden.has(level)));
        draw();
      } }, `${word(level)} (${count})`);
      return button;
    });
    draw();
    const cut = report.left_out && report.left_out.risks;
    return section(words.risks, el("div", { class: "row", role: "group", "aria-label": words.levels }, buttons), body,
      cut ? el("p", { class: "soft" }, `${words.left_out}: ${cut}`) : null);
  }

  function reach(radius) {
    if (!radius.changed) return null;
    const types = Object.entries(radius.types || {}).slice(0, 12);
    const most = Math.max(1, ...types.map(([, count]) => count));
    return section(words.reach,
      el("p", {}, `${radius.changed} / ${radius.total} (${Math.round(radius.share * 100)} %)`),
      el("div", { class: "bars" }, types.map(([type, count]) => [
        el("code", {}, type),
        el("meter", { min: 0, max: most, value: count, "aria-label": type }),
        el("span", {}, String(count)),
      ])),
      radius.stateful_lost.length ? [el("p", { class: "bad" }, words.lost), list(radius.stateful_lost)] : null,
      radius.dependents.length ? [el("p", {}, words.dependents), list(radius.dependents.map((name) => {
        const of = (radius.refers_to || {})[name];
        return of ? `${name} → ${of.join(", ")}` : name;
      }))] : null);
  }

  function cost(found) {
    if (!found || found.monthly_delta === null || found.monthly_delta === undefined) return null;
    const most = Math.max(1, ...found.items.map((item) => Math.abs(item.monthly_delta)));
    const amount = (value) => `${value > 0 ? "+" : ""}${value.toFixed(2)}`;
    return section(words.cost,
      el("p", {}, `${amount(found.monthly_delta)} ${found.currency} (${found.prices_of})`),
      el("div", { class: "bars" }, found.items.slice(0, 12).map((item) => [
        el("code", {}, item.address),
        el("meter", { min: 0, max: most, value: Math.abs(item.monthly_delta), "aria-label": item.address }),
        el("span", {}, amount(item.monthly_delta)),
      ])));
  }

  function unknown(report) {
    if (!report.unknown.length) return null;
    return section(words.unknown, el("ul", {}, report.unknown.slice(0, 50).map((each) =>
      el("li", {}, el("code", {}, [each.address, each.attribute].filter(Boolean).join(".")), ` — ${each.reason}`))));
  }

  function escalations(report) {
    if (!report.escalations.length) return null;
    return section(words.escalations, el("ul", {}, report.escalations.map((each) =>
      el("li", {}, el("strong", {}, each.to), `: ${each.reason}`))));
  }

  function approval(asked) {
    const command = `astreinte approve ${asked.id}`;
    const copied = el("span", { class: "soft", role: "status" });
    const again = el("button", { type: "button", onclick: () => repeat(asked.id, again) }, words.again);
    again.disabled = !(host.serverTools && tool);
    return el("section", { class: "card", "aria-label": words.approval },
      el("h2", {}, words.approval),
      el("pre", {}, asked.what),
      el("p", {}, el("strong", {}, words.why)), el("ul", {}, asked.why.map((reason) => el("li", {}, reason))),
      el("p", {}, el("strong", {}, words.undo), " ", asked.undo),
      el("p", {}, el("strong", {}, words.where), " ", el("code", {}, asked.where)),
      el("p", {}, asked.how),
      el("pre", {}, command),
      el("div", { class: "row" },
        el("button", { type: "button", onclick: async () => {
          try {
            await navigator.clipboard.writeText(command);
            copied.textContent = words.copied;
          } catch {
            copied.textContent = words.not_copied;
          }
        } }, words.copy), again, copied),
      el("p", { class: "soft" }, `${words.expires} ${asked.expires_at}. ${words.cannot}`));
  }

  async function repeat(id, button) {
    button.disabled = true;
    try {
      show(await request("tools/call", { name: tool, arguments: { ...given, approval: id } }));
    } catch (error) {
      view.append(el("p", { class: "bad", role: "alert" }, error.message));
      button.disabled = false;
    }
  }

  function askToApply(found) {
    if (!found.plan_id || found.approval_required || tool === "apply_terraform" || !host.message) return null;
    const button = el("button", { type: "button", onclick: async () => {
      button.disabled = true;
      try {
        await request("ui/message", { role: "user", content: [{ type: "text", text: `${words.apply_message} ${found.plan_id}` }] });
      } catch (error) {
        button.disabled = false;
        view.append(el("p", { class: "bad", role: "alert" }, error.message));
      }
    } }, words.ask_to_apply);
    return el("div", { class: "row" }, button);
  }

  function outcome(found) {
    if (!found.outcome) return null;
    return section(words.outcome,
      found.completed && found.completed.length ? list(found.completed) : null,
      found.state_backup ? el("p", {}, words.backup, " ", el("code", {}, found.state_backup)) : null,
      found.next && found.next.length ? el("ul", {}, found.next.map((step) => el("li", {}, step))) : null);
  }

  function show(result) {
    const found = result.structuredContent;
    if (result.isError || !found) {
      const text = (result.content || []).filter((block) => block.type === "text").map((block) => block.text).join("\n");
      view.replaceChildren(el("p", { role: result.isError ? "alert" : "status" }, text || words.nothing));
      return;
    }
    const report = found.report;
    const verdict = report ? report.verdict : found.outcome || found.status;
    const diagnostics = (found.diagnostics || []).map((each) => el("li", {}, [each.severity, each.summary, each.detail].filter(Boolean).join(": ")));
    view.replaceChildren(...[
      el("h1", {}, words.title, found.plan_id ? el("code", {}, found.plan_id) : null, tag(verdict)),
      el("p", {}, found.summary),
      found.workspace ? el("p", { class: "soft" }, `${words.workspace} ${found.workspace}${found.commit ? ` · ${found.commit}` : ""}`) : null,
      diagnostics.length ? el("ul", { class: "bad" }, diagnostics) : null,
      report ? counts(report.summary) : null,
      found.approval_required ? approval(found.approval_required) : null,
      report ? [risks(report), reach(report.blast_radius), cost(report.cost), unknown(report), escalations(report)] : null,
      outcome(found),
      askToApply(found),
    ].flat(Infinity).filter(Boolean));
  }

  function dress(context) {
    if (context.theme) document.documentElement.style.colorScheme = context.theme;
    for (const [name, value] of Object.entries((context.styles && context.styles.variables) || {})) {
      if (name.startsWith("--") && value) document.documentElement.style.setProperty(name, value);
    }
    if (context.toolInfo && context.toolInfo.tool) tool = context.toolInfo.tool.name;
  }

  const heard = {
    "ui/notifications/tool-input": (params) => { given = params.arguments || {}; },
    "ui/notifications/tool-result": show,
    "ui/notifications/tool-cancelled": () => view.replaceChildren(el("p", { role: "status" }, words.cancelled)),
    "ui/notifications/host-context-changed": dress,
  };

  window.addEventListener("message", (event) => {
    const message = event.data;
    if (event.source !== window.parent || !message || message.jsonrpc !== "2.0") return;
    if (message.method === undefined) {
      const waiting = pending.get(message.id);
      pending.delete(message.id);
      if (waiting && message.error) waiting.reject(new Error(message.error.message));
      else if (waiting) waiting.resolve(message.result);
    } else if (message.id !== undefined) {
      const known = message.method === "ping" || message.method === "ui/resource-teardown";
      send(known ? { id: message.id, result: {} } : { id: message.id, error: { code: -32601, message: "Method not found" } });
    } else if (Object.hasOwn(heard, message.method)) {
      heard[message.method](message.params || {});
    }
  });

  request("ui/initialize", {
    protocolVersion: "2026-01-26",
    appInfo: { name: "astreinte-plan", version: "1" },
    appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] },
  }).then((answer) => {
    host = answer.hostCapabilities || {};
    dress(answer.hostContext || {});
    send({ method: "ui/notifications/initialized", params: {} });
    new ResizeObserver(() => send({
      method: "ui/notifications/size-changed",
      params: { width: document.documentElement.scrollWidth, height: Math.ceil(document.body.getBoundingClientRect().height) },
    })).observe(document.body);
  });
})();
