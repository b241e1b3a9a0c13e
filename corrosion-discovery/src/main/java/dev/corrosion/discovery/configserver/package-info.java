/** Finds Spring Cloud Config Servers in the catalogue, before an application has a context. */
@NullMarked
package dev.corrosion.discovery.configserver;

import org.jspecify.annotations.NullMarked;
