fun main(args: Array<String>) { io.ktor.server.netty.EngineMain.main(args) }
fun Application.module() { configureRouting() }
