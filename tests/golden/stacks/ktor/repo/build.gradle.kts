plugins {
    alias(libs.plugins.kotlin.jvm)
    alias(libs.plugins.ktor)
}
group = "com.example"
version = "0.0.1"
application {
    mainClass = "io.ktor.server.netty.EngineMain"
}
kotlin { jvmToolchain(17) }
dependencies {
    implementation(libs.ktor.server.core)
    implementation(libs.postgresql)
}
