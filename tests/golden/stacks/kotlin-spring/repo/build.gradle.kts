plugins {
	kotlin("jvm") version "1.9.25"
	kotlin("plugin.spring") version "1.9.25"
	id("org.springframework.boot") version "3.4.0"
}
version = "0.0.1-SNAPSHOT"
java {
	toolchain {
		languageVersion = JavaLanguageVersion.of(17)
	}
}
dependencies {
	implementation("org.springframework.boot:spring-boot-starter-web")
	implementation(kotlin("reflect"))
	testImplementation("org.springframework.boot:spring-boot-starter-test")
}
