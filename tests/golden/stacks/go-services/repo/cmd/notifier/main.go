package main

import (
	"net/http"
	"github.com/redis/go-redis/v9"
)

func main() {
	http.ListenAndServe(":9091", nil)
}
