Deno.test("it answers", () => {});
