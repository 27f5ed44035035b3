test("nothing", () => expect(process.env.ONLY_IN_TESTS).toBeUndefined());
