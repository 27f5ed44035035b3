module github.com/acme/shop/services/api

go 1.24

require (
	github.com/acme/shop/libs/platform v0.0.0
	github.com/go-chi/chi/v5 v5.2.0
	github.com/jackc/pgx/v5 v5.7.2
)

replace github.com/acme/shop/libs/platform => ../../libs/platform
