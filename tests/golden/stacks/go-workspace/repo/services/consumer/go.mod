module github.com/acme/shop/services/consumer

go 1.24

require (
	github.com/acme/shop/libs/platform v0.0.0
	github.com/segmentio/kafka-go v0.4.47
)

replace github.com/acme/shop/libs/platform => ../../libs/platform
