package dev.corrosion.sample.orders;

import org.springframework.cloud.openfeign.EnableFeignClients;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** Only instances of orders call the stock service by OpenFeign. */
@Configuration(proxyBeanMethods = false)
@EnableFeignClients
@Profile("orders")
class OrdersConfiguration {}
