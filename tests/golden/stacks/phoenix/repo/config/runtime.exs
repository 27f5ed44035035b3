import Config
if config_env() == :prod do
  database_url =
    System.get_env("DATABASE_URL") ||
      raise "x"
  port = String.to_integer(System.get_env("PORT") || "4000")
end
