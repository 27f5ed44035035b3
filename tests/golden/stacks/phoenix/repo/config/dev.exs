config :shop, Shop.Repo, port: 5432
