module example.com/shop

go 1.22.0
toolchain go1.23.1

require (
	github.com/go-chi/chi/v5 v5.0.1
	github.com/jackc/pgx/v5 v5.0.1
	github.com/redis/go-redis/v9 v9.0.0
)
