module github.com/acme/shop

go 1.25

require (
	github.com/gin-gonic/gin v1.10.0
	github.com/jackc/pgx/v5 v5.7.0
	golang.org/x/text v0.1.0 // indirect
)
