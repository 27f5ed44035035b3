@SpringBootApplication
class DemoApplication
fun main(args: Array<String>) { runApplication<DemoApplication>(*args) }
