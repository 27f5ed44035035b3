CREATE TABLE product (id text);
