export const sessionSecret = process.env.SESSION_SECRET;
