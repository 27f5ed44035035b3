pub fn x() { std::env::var("STORE_TOKEN"); }
