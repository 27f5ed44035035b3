import Config
if config_env() == :prod do
  database_url = System.get_env("DATABASE_URL") || raise "DATABASE_URL missing"
  config :acme, Acme.Repo, url: database_url, pool_size: String.to_integer(System.get_env("POOL_SIZE") || "10")
  secret_key_base = System.get_env("SECRET_KEY_BASE") || raise "no"
  config :acme_web, AcmeWeb.Endpoint, http: [ip: {0,0,0,0,0,0,0,0}, port: String.to_integer(System.get_env("PORT") || "4000")], secret_key_base: secret_key_base
end
