module example.org/market/mailer

go 1.24

require (
	github.com/redis/go-redis/v9 v9.11.0
	github.com/segmentio/kafka-go v0.4.48
)
