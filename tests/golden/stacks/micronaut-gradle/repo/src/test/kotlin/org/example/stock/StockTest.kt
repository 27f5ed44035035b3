package org.example.stock

import io.micronaut.test.extensions.kotest5.annotation.MicronautTest

@MicronautTest
class StockTest
