package org.example.stock

import io.micronaut.http.annotation.Controller
import io.micronaut.http.annotation.Get

@Controller("/stock")
class StockController {
    @Get("/{sku}")
    fun quantity(sku: String): Int = sku.length
}
