package main

import "os"

func main() {
	r := gin.Default()
	r.GET("/healthz", ok)
	_ = os.Getenv("DATABASE_URL")
	r.Run(":8090")
}
