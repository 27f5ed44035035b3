package main
import ("context";"os";"strings";"github.com/segmentio/kafka-go")
func main() {
	r := kafka.NewReader(kafka.ReaderConfig{Brokers: strings.Split(os.Getenv("KAFKA_BROKERS"), ","), Topic: "orders"})
	for { _, err := r.ReadMessage(context.Background()); if err != nil { break } }
}
