/** Keeps Spring Cloud LoadBalancer as fresh as the catalogue. */
@NullMarked
package dev.corrosion.discovery.loadbalancer;

import org.jspecify.annotations.NullMarked;
