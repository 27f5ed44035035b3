package main

import (
	"context"
	"os"

	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"
)

func main() {
	reader := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{os.Getenv("KAFKA_BROKERS")}, Topic: "orders"})
	cache := redis.NewClient(&redis.Options{Addr: os.Getenv("REDIS_ADDR")})
	for {
		message, err := reader.ReadMessage(context.Background())
		if err != nil {
			return
		}
		cache.Set(context.Background(), string(message.Key), message.Value, 0)
	}
}
