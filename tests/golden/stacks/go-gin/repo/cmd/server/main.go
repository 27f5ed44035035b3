package main

import (
	"net/http"
	"os"

	"github.com/gin-gonic/gin"
)

func main() {
	r := gin.Default()
	r.GET("/healthz", func(c *gin.Context) { c.Status(http.StatusNoContent) })
	_ = os.Getenv("DATABASE_URL")
	r.Run(":8090")
}
