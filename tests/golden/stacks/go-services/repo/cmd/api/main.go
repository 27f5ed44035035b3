package main

import (
	"net/http"
	"example.com/shop/internal/config"
	"example.com/shop/internal/api"
	_ "github.com/jackc/pgx/v5/stdlib"
)

func main() {
	cfg := config.Load()
	http.ListenAndServe(cfg.Addr, api.Router())
}
