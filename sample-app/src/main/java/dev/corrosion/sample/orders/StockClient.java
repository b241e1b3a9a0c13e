package dev.corrosion.sample.orders;

import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** The stock service by OpenFeign: a blocking call to an instance that the load balancer chooses. */
@FeignClient("stock")
interface StockClient {

    record Level(String item, int onHand, String answeredBy) {}

    @GetMapping("/stock/{item}")
    Level level(@PathVariable("item") String item);
}
