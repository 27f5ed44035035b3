package config

import "os"

func Load() Config {
	dbPort := "5432"
	port := os.Getenv("PORT")
	if port == "" {
		port = "8085"
	}
	return Config{Addr: ":" + port, DB: os.Getenv("DATABASE_URL")}
}
