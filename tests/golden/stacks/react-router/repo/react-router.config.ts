import type { Config } from "@react-router/dev/config";

export default {
  // Server-side render by default
  ssr: true,
} satisfies Config;
