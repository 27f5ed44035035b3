fun Application.configureRouting() {
    routing {
        get("/health") { call.respondText("ok") }
    }
}
