/** The HTTP API in the application's own WebFlux server. */
@NullMarked
package dev.corrosion.http.webflux;

import org.jspecify.annotations.NullMarked;
