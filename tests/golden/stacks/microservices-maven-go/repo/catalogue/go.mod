module example.org/demo/catalogue

go 1.25
