use actix_web::{get, App, HttpResponse, HttpServer, Responder};

#[get("/health")]
async fn health() -> impl Responder {
    HttpResponse::Ok().body("ok")
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    dotenvy::dotenv().ok();
    env_logger::init();
    let database = std::env::var("DATABASE_URL").expect("DATABASE_URL");
    let cache = std::env::var("REDIS_URL").unwrap_or("redis://127.0.0.1/".to_string());
    let bind = std::env::var("BIND").unwrap_or("0.0.0.0:8081".to_string());
    log::info!("{database} {cache}");
    HttpServer::new(|| App::new().service(health)).bind(bind)?.run().await
}

#[cfg(test)]
mod tests {
    #[test]
    fn adds() {
        assert_eq!(1 + 1, 2);
    }
}
